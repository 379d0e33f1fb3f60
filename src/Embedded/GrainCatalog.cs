using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>The grain classes there are, and which of them answers to an interface.</summary>
internal sealed class GrainCatalog
{
    private readonly FrozenDictionary<string, GrainClass> _classes;
    private readonly ConcurrentDictionary<Type, GrainInterface> _interfaces = new();
    private readonly ConcurrentDictionary<Type, GrainClass> _implementations = new();

    public GrainCatalog(IEnumerable<Assembly> assemblies)
    {
        var classes = assemblies.Distinct()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IGrainBase)))
            .Select(type => new GrainClass(type))
            .ToList();
        if (classes.GroupBy(grain => grain.Name).FirstOrDefault(named => named.Count() > 1) is { } twins)
            throw new InvalidOperationException($"Grain type '{twins.Key}' is claimed by {string.Join(" and ", twins.Select(twin => twin.Type))}");
        _classes = classes.ToFrozenDictionary(grain => grain.Name);
    }

    public GrainInterface Interface(Type type) => _interfaces.GetOrAdd(type, static type => new GrainInterface(type));

    public GrainClass? Find(GrainId id) => _classes.GetValueOrDefault(id.Type);

    public GrainClass Implementation(Type type) => _implementations.GetOrAdd(type, static (type, classes) =>
    {
        var candidates = classes.Where(grain => grain.Type.IsAssignableTo(type)).ToList();
        return candidates switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"No grain class implements {type}", nameof(type)),
            _ => throw new ArgumentException($"{type} is implemented by {string.Join(" and ", candidates.Select(candidate => candidate.Type))}", nameof(type)),
        };
    }, _classes.Values);
}

internal sealed class GrainClass
{
    private readonly ObjectFactory _constructor;
    private readonly List<Func<Activation, object>> _given = [];

    public GrainClass(Type type)
    {
        Type = type;
        Name = type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? ConventionalName(type);
        Workers = type.GetCustomAttribute<StatelessWorkerAttribute>() is { } worker
            ? worker.MaxLocalWorkers > 0 ? worker.MaxLocalWorkers : Environment.ProcessorCount
            : 1;

        if (type.GetConstructors() is not [var constructor])
            throw new InvalidOperationException($"{type} must have one public constructor");
        List<Type> given = [];
        foreach (var parameter in constructor.GetParameters())
        {
            if (parameter.ParameterType == typeof(IGrainContext))
            {
                given.Add(parameter.ParameterType);
                _given.Add(activation => activation);
            }
            else if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
            {
                var stored = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
                given.Add(parameter.ParameterType);
                _given.Add(activation => activation.Add((Orleans.Core.IStorage)Activator.CreateInstance(stored, activation, state.StateName)!));
            }
        }

        _constructor = ActivatorUtilities.CreateFactory(type, [.. given]);
    }

    public Type Type { get; }

    public string Name { get; }

    /// <summary>How many activations one grain may have: one, unless it is a stateless worker.</summary>
    public int Workers { get; }

    public object Create(Activation activation) =>
        _constructor(activation.ActivationServices, [.. _given.Select(give => give(activation))]);

    private static string ConventionalName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) ? name[..^"grain".Length] : name;
    }
}
