using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Backsoon;

/// <summary>
/// What Orleans enforces late, said early. The embedded host passes everything by reference and so forgives every mistake about types that
/// travel; a cluster copies them by codecs and forgives none. Each broken rule is one line of text.
/// </summary>
internal sealed class TravelRules
{
    private static readonly HashSet<Type> Plain =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Uri), typeof(byte[]),
    ];

    private static readonly HashSet<Type> Shapes =
    [
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
        typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
    ];

    private readonly List<string> _broken = [];
    private readonly HashSet<Type> _seen = [];
    private readonly Dictionary<string, Type> _aliases = [];

    private TravelRules()
    {
    }

    public static IReadOnlyList<string> BrokenBy(Assembly contracts) => BrokenBy(contracts.GetTypes());

    public static IReadOnlyList<string> BrokenBy(params IEnumerable<Type> types)
    {
        var rules = new TravelRules();
        foreach (var type in types)
        {
            if (type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
                rules.Interface(type);
            else if (type.IsDefined(typeof(GenerateSerializerAttribute)))
                rules.Travels(type, type.Name);
        }
        return rules._broken;
    }

    private void Interface(Type type)
    {
        Alias(type, $"{type.Name}");
        if (!type.IsAssignableTo(typeof(IGrainWithStringKey)))
            Broken($"{type.Name} has no string key");
        if (type.GetProperties().Length + type.GetEvents().Length > 0)
            Broken($"{type.Name} has properties or events");
        foreach (var twins in type.GetMethods().Where(method => !method.IsSpecialName && !method.IsStatic).GroupBy(method => method.GetCustomAttribute<AliasAttribute>()?.Alias))
        {
            if (twins.Key is not null && twins.Count() > 1)
                Broken($"{type.Name} has more than one method with alias '{twins.Key}'");
            foreach (var method in twins)
                Method(method, $"{type.Name}.{method.Name}");
        }
    }

    private void Method(MethodInfo method, string where)
    {
        if (method.GetCustomAttribute<AliasAttribute>() is null)
            Broken($"{where} has no alias");
        if (method.IsGenericMethod)
            Broken($"{where} is generic");

        var returns = method.ReturnType;
        if (returns.IsGenericType && (returns.GetGenericTypeDefinition() == typeof(Task<>) || returns.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            Travels(returns.GetGenericArguments()[0], $"the result of {where}");
        else if (returns != typeof(Task))
            Broken($"{where} returns {returns.Name}");
        if (method.IsDefined(typeof(Orleans.Concurrency.OneWayAttribute)) && returns.IsGenericType)
            Broken($"{where} is one-way and has a result");

        var parameters = method.GetParameters();
        foreach (var parameter in parameters)
        {
            if (parameter.ParameterType != typeof(CancellationToken))
                Travels(parameter.ParameterType, $"parameter {parameter.Name} of {where}");
            else if (parameter.Position != parameters.Length - 1)
                Broken($"{where} does not take its cancellation token last");
        }
    }

    private void Travels(Type type, string where)
    {
        if (type.IsPrimitive || type.IsEnum || Plain.Contains(type) || type.IsGenericParameter)
            return;
        if (type.IsArray)
            Travels(type.GetElementType()!, where);
        else if (type.IsAssignableTo(typeof(IAddressable)))
        {
            if (!type.IsInterface)
                Broken($"{where} is the grain class {type.Name}; only a reference travels");
        }
        else if (type.IsAssignableTo(typeof(ITuple)) || (type.IsGenericType && Shapes.Contains(type.GetGenericTypeDefinition())))
            Parts(type, where);
        else if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(List<>) || type.GetGenericTypeDefinition() == typeof(Dictionary<,>)))
        {
            Broken($"{where} is a {Name(type)}, which both sides could change; use an immutable collection");
            Parts(type, where);
        }
        else if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            Broken($"{where} is {Name(type)}, which has no codec");
        else if (_seen.Add(type))
            Message(type);
    }

    private void Parts(Type type, string where)
    {
        foreach (var part in type.GetGenericArguments())
            Travels(part, where);
    }

    private void Message(Type type)
    {
        Alias(type, Name(type));
        if (!type.IsDefined(typeof(ImmutableAttribute), inherit: false))
            Broken($"{Name(type)} is not [Immutable]");
        if (type is { IsValueType: false, IsSealed: false, IsAbstract: false })
            Broken($"{Name(type)} is neither sealed nor the abstract head of a family");

        // A family is closed by nesting: each member travels in place of its head.
        foreach (var member in type.Assembly.GetTypes().Where(other => other.BaseType == type))
        {
            if (member.DeclaringType != type)
                Broken($"{Name(member)} is of the family of {Name(type)} but not declared inside it");
            Travels(member, Name(member));
        }

        var positional = Positional(type);
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            if (property.SetMethod is { IsPublic: true } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
                Broken($"{Name(type)}.{property.Name} can be set after it was made");
            var stored = type.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
            if (stored && !positional.Contains(property.Name) && !property.IsDefined(typeof(IdAttribute)))
                Broken($"{Name(type)}.{property.Name} has no [Id] and is lost on the way");
            if (stored)
                Travels(property.PropertyType, $"{Name(type)}.{property.Name}");
        }

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            if (field.IsDefined(typeof(CompilerGeneratedAttribute)))
                continue;
            if (field.IsDefined(typeof(IdAttribute)))
                Travels(field.FieldType, $"{Name(type)}.{field.Name}");
            else if (!field.IsDefined(typeof(NonSerializedAttribute)))
                Broken($"{Name(type)}.{field.Name} has no [Id] and is lost on the way");
        }
    }

    private void Alias(Type type, string where)
    {
        if (type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias is not { } alias)
            Broken($"{where} has no alias");
        else if ((type.IsGenericType ? type.GetGenericTypeDefinition() : type) is var named && !_aliases.TryAdd(alias, named) && _aliases[alias] != named)
            Broken($"{where} has the alias '{alias}' of {_aliases[alias].Name}");
    }

    private void Broken(string rule) => _broken.Add(rule);

    // Orleans numbers the parameters of a record's primary constructor by itself.
    private static HashSet<string> Positional(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
        var primary = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(constructor => constructor.GetParameters() is not [var only] || only.ParameterType != type)
            .MaxBy(constructor => constructor.GetParameters().Length);
        return isRecord && primary is not null ? [.. primary.GetParameters().Select(parameter => parameter.Name!)] : [];
    }

    private static string Name(Type type) => type switch
    {
        { IsGenericType: true } => $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        { DeclaringType: { IsAbstract: true } owner } => $"{owner.Name}.{type.Name}",
        _ => type.Name,
    };
}
