using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>An interface that grains are called by, and a reference of it to copy: that is far quicker than to build one each time.</summary>
internal sealed class GrainInterface
{
    private readonly GrainReference _prototype;

    public GrainInterface(Type type)
    {
        if (!type.IsInterface || !type.IsAssignableTo(typeof(IAddressable)))
            throw new ArgumentException($"{type} is no grain interface", nameof(type));
        Methods = type.GetInterfaces().Append(type).SelectMany(part => part.GetMethods()).ToFrozenDictionary(method => method, GrainMethod.Of);
        _prototype = (GrainReference)DispatchProxy.Create(type, typeof(GrainReference));
    }

    public FrozenDictionary<MethodInfo, GrainMethod> Methods { get; }

    public GrainReference Refer(GrainHost host, GrainClass grain, GrainId id) => _prototype.Copy(host, this, grain, id);
}

internal abstract class GrainMethod
{
    private static readonly MethodInfo AsTask = typeof(GrainMethod).GetMethod(nameof(ToTask), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly string _name;

    protected GrainMethod(MethodInfo method)
    {
        _name = $"{method.DeclaringType!.Name}.{method.Name}";
        Invoke = Compile(method);
        OneWay = method.IsDefined(typeof(OneWayAttribute));
        Sharing = method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? Sharing.Everything
            : method.IsDefined(typeof(ReadOnlyAttribute)) ? Sharing.Readers
            : Sharing.Nothing;
    }

    public Sharing Sharing { get; }

    public bool OneWay { get; }

    public Func<object, object?[], Task> Invoke { get; }

    public static GrainMethod Of(MethodInfo method)
    {
        var returns = method.ReturnType;
        if (returns == typeof(Task))
            return new GrainMethod<Nothing>(method, static answer => answer);
        if (returns.IsGenericType && returns.GetGenericTypeDefinition() is var shape && (shape == typeof(Task<>) || shape == typeof(ValueTask<>)))
            return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(returns.GetGenericArguments()), method, shape == typeof(ValueTask<>))!;
        throw new NotSupportedException($"{method.DeclaringType}.{method.Name} returns {returns}; a grain method returns Task, Task<T> or ValueTask<T>");
    }

    public abstract object Call(GrainHost host, GrainClass grain, GrainId id, object?[] arguments);

    public override string ToString() => _name;

    private static Func<object, object?[], Task> Compile(MethodInfo method)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        Expression call = Expression.Call(
            Expression.Convert(grain, method.DeclaringType!),
            method,
            method.GetParameters().Select((parameter, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType)));
        if (method.ReturnType.IsValueType)
            call = Expression.Call(AsTask.MakeGenericMethod(method.ReturnType.GetGenericArguments()), call);
        return Expression.Lambda<Func<object, object?[], Task>>(call, grain, arguments).Compile();
    }

    private static Task<T> ToTask<T>(ValueTask<T> answer) => answer.AsTask();

    internal readonly struct Nothing;
}

internal sealed class GrainMethod<TResult> : GrainMethod
{
    private readonly Func<Task<TResult>, object> _returned;

    public GrainMethod(MethodInfo method, Func<Task<TResult>, object> returned) : base(method) => _returned = returned;

    public GrainMethod(MethodInfo method, bool valueTask)
        : this(method, valueTask ? static answer => new ValueTask<TResult>(answer) : static answer => answer)
    {
    }

    public override object Call(GrainHost host, GrainClass grain, GrainId id, object?[] arguments)
    {
        if (OneWay)
        {
            host.Send(grain, id, new OneWayCall(this, arguments, host.Logger));
            return _returned(Task.FromResult(default(TResult)!));
        }

        var call = new Call<TResult>(this, arguments) { Deadline = host.Deadline };
        host.Send(grain, id, call);
        return _returned(call.Answered);
    }
}
