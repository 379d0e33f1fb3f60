using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;

namespace Backsoon.Embedded;

/// <summary>
/// Grain code compiles on Orleans because it finds nothing here that is not there. Every public member is on this list; whoever needs
/// another adds it in Orleans' own shape, to the surface and to the list.
/// </summary>
public sealed class SurfaceTests
{
    private const string Surface =
        """
        sealed class Orleans.AliasAttribute : Attribute [on Class, Struct, Enum, Method, Interface, many]
          String Alias { get; }
          new(String alias)
        sealed class Orleans.Concurrency.AlwaysInterleaveAttribute : Attribute [on Method]
          new()
        sealed class Orleans.Concurrency.OneWayAttribute : Attribute [on Method]
          new()
        sealed class Orleans.Concurrency.ReadOnlyAttribute : Attribute [on Method]
          new()
        sealed class Orleans.Concurrency.StatelessWorkerAttribute : Attribute [on Class]
          new()
          new(Int32 maxLocalWorkers)
        interface Orleans.Core.IStorage
          Boolean RecordExists { get; }
          String Etag { get; }
          Task ClearStateAsync()
          Task ReadStateAsync()
          Task WriteStateAsync()
        interface Orleans.Core.IStorage<TState> : IStorage
          TState State { get; set; }
        readonly struct Orleans.DeactivationReason
          DeactivationReasonCode ReasonCode { get; }
          Exception Exception { get; }
          String Description { get; }
          new(DeactivationReasonCode code, Exception exception, String text)
          new(DeactivationReasonCode code, String text)
        enum Orleans.DeactivationReasonCode
          None, ShuttingDown, ActivationFailed, InternalFailure, ActivationIdle, ActivationUnresponsive, DuplicateActivation, IncompatibleRequest, ApplicationError, ApplicationRequested, Migrating
        sealed class Orleans.GenerateSerializerAttribute : Attribute [on Class, Struct, Enum]
          new()
        abstract class Orleans.Grain : IGrainBase, IAddressable
          new()
          protected IGrainFactory GrainFactory { get; }
          protected Void DeactivateOnIdle()
          protected Void DelayDeactivation(TimeSpan timeSpan)
          protected internal IServiceProvider ServiceProvider { get; }
          virtual Task OnActivateAsync(CancellationToken cancellationToken)
          virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        static class Orleans.GrainBaseExtensions
          static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
        static class Orleans.GrainExtensions
          static GrainId GetGrainId(this IAddressable grain)
          static String GetPrimaryKeyString(this IAddressable grain)
          static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
        static class Orleans.GrainReminderExtensions
          static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder)
          static Task<IGrainReminder> GetReminder(this IGrainBase grain, String reminderName)
          static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, String reminderName, TimeSpan dueTime, TimeSpan period)
          static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain)
        sealed class Orleans.GrainTypeAttribute : Attribute [on Class]
          new(String grainType)
        interface Orleans.IClusterClient : IGrainFactory
        interface Orleans.IGrain : IAddressable
        interface Orleans.IGrainBase
          IGrainContext GrainContext { get; }
          Task OnActivateAsync(CancellationToken token)
          Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
        interface Orleans.IGrainFactory
          TGrainInterface GetGrain<TGrainInterface : IGrainWithStringKey>(String primaryKey, String grainClassNamePrefix = null)
        interface Orleans.IGrainWithStringKey : IGrain
        interface Orleans.IRemindable : IGrain
          Task ReceiveReminder(String reminderName, TickStatus status)
        sealed class Orleans.IdAttribute : Attribute [on Class, Struct, Enum, Method, Property, Field]
          UInt32 Id { get; }
          new(UInt32 id)
        sealed class Orleans.ImmutableAttribute : Attribute [on Class, Struct, Property, Field, Parameter, ReturnValue, not inherited]
          new()
        readonly struct Orleans.Runtime.GrainId
          static Boolean TryParse(String value, out GrainId grainId)
          static GrainId Create(String type, String key)
          static GrainId Parse(String value)
        readonly struct Orleans.Runtime.GrainTimerCreationOptions
          Boolean Interleave { get; init; }
          Boolean KeepAlive { get; init; }
          new()
          new(TimeSpan dueTime, TimeSpan period)
          required TimeSpan DueTime { get; init; }
          required TimeSpan Period { get; init; }
        interface Orleans.Runtime.IAddressable
        interface Orleans.Runtime.IGrainContext
          GrainId GrainId { get; }
          IServiceProvider ActivationServices { get; }
          Object GrainInstance { get; }
          Void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = null)
        interface Orleans.Runtime.IGrainReminder
          String ReminderName { get; }
        interface Orleans.Runtime.IGrainTimer
          Void Change(TimeSpan dueTime, TimeSpan period)
        interface Orleans.Runtime.IPersistentState<TState> : IStorage<TState>
        class Orleans.Runtime.OrleansException : Exception
          new()
          new(String message)
          new(String message, Exception innerException)
        sealed class Orleans.Runtime.PersistentStateAttribute : Attribute [on Parameter]
          String StateName { get; }
          String StorageName { get; }
          new(String stateName, String storageName = null)
        readonly struct Orleans.Runtime.TickStatus
          DateTime CurrentTickTime { get; }
          DateTime FirstTickTime { get; }
          TimeSpan Period { get; }
        class Orleans.Storage.InconsistentStateException : OrleansException
          new()
          new(String message)
          new(String message, Exception innerException)
        """;

    [Fact]
    public void The_public_surface_is_the_list() => Assert.Equal(
        Surface.Split('\n', StringSplitOptions.TrimEntries),
        typeof(Grain).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Describe));

    private static IEnumerable<string> Describe(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        yield return Heading(type);
        if (type.IsEnum)
        {
            yield return string.Join(", ", Enum.GetNames(type));
            yield break;
        }

        IEnumerable<string> members =
        [
            .. type.GetConstructors(Declared).Where(Visible).Select(constructor => $"new({Parameters(constructor)})"),
            .. type.GetProperties(Declared).Where(property => property.GetMethod is { } getter && Visible(getter)).Select(Property),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(field => $"{Name(field.FieldType)} {field.Name}"),
            .. type.GetMethods(Declared).Where(method => Visible(method) && !(method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) && !Everyones(method)).Select(Method),
        ];
        foreach (var member in members.Order(StringComparer.Ordinal))
            yield return member;
    }

    private static string Heading(Type type)
    {
        var bases = (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) ? [parent] : Type.EmptyTypes)
            .Concat(type.GetInterfaces().Where(part => !type.GetInterfaces().Any(other => other != part && other.IsAssignableTo(part)) && part.Namespace!.StartsWith("Orleans", StringComparison.Ordinal)))
            .Select(Name);
        var usage = type.GetCustomAttribute<AttributeUsageAttribute>() is { } on && type.IsAssignableTo(typeof(Attribute))
            ? $" [on {on.ValidOn}{(on.AllowMultiple ? ", many" : "")}{(on.Inherited ? "" : ", not inherited")}]"
            : "";
        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} {type.Namespace}.{Name(type)}{(bases.Any() ? " : " + string.Join(", ", bases) : "")}{usage}";
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool Everyones(MethodInfo method) =>
        method.Name is nameof(Equals) or nameof(GetHashCode) or nameof(ToString) or "op_Equality" or "op_Inequality" or "<Clone>$";

    private static string Property(PropertyInfo property)
    {
        var setter = property.SetMethod is { } set && Visible(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{required}{Access(property.GetMethod!)}{Name(property.PropertyType)} {property.Name} {{ get;{setter} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Generic))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{Name(method.ReturnType)} {method.Name}{generic}({extension}{Parameters(method)})";
    }

    private static string Access(MethodInfo method) =>
        (method.IsStatic ? "static " : "") + (method.IsFamily ? "protected " : method.IsFamilyOrAssembly ? "protected internal " : "")
        + (method is { IsVirtual: true, IsFinal: false } && method.DeclaringType!.IsClass ? "virtual " : "");

    private static string Generic(Type parameter) =>
        parameter.GetGenericParameterConstraints() is [var constraint] ? $"{parameter.Name} : {constraint.Name}" : parameter.Name;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : type.IsByRef ? Name(type.GetElementType()!)
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
