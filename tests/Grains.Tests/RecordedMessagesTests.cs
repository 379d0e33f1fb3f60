using System.Reflection;
using System.Runtime.CompilerServices;
using Backsoon.Mail;

namespace Backsoon;

/// <summary>
/// What crosses between two versions of a cluster, and what lies in the database as the state of grains, is known by numbers and names that never come to mean something else. What was released is listed in
/// <c>messages.txt</c>: <c>./test record</c> adds what is new, and nothing that is there is ever taken away or taken for something else, also when the code no longer has it.
/// </summary>
public sealed class RecordedMessagesTests
{
    private static readonly string s_file = Path.Combine(LayoutTests.Root, "tests", "Grains.Tests", "messages.txt");
    private static readonly Assembly[] s_assemblies = [typeof(IMailGrain).Assembly, typeof(MailGrain).Assembly];

    [Fact]
    public void Nothing_that_travels_or_is_kept_has_come_to_mean_something_else()
    {
        var listed = File.ReadAllLines(s_file);
        var now = Describe(s_assemblies);
        Assert.Empty(Changed(listed, now));
        if (Environment.GetEnvironmentVariable("BACKSOON_RECORD") == "messages")
            File.WriteAllLines(s_file, Recorded(listed, now));
    }

    [Theory]
    [InlineData("a.b 0 = int Count", "a.b 0 = string Count")]
    [InlineData("a.b 0 = int Count", "a.b 0 = int Total")]
    [InlineData("a.e 1 = Left", "a.e 1 = Right")]
    [InlineData("a.g go = Task (int)", "a.g go = Task (int, int)")]
    public void What_is_changed_or_used_again_is_named(string listed, string now) => Assert.Single(Changed([listed], [now]));

    [Fact]
    public void What_is_new_is_added_in_order_and_what_is_gone_stays() =>
        Assert.Equal(["a 0 = int Gone", "a 1 = int Kept", "a 2 = int New"], Recorded(["a 0 = int Gone", "a 1 = int Kept"], ["a 2 = int New", "a 1 = int Kept"]));

    [Fact]
    public void Numbers_of_records_are_those_of_their_parameters_and_names_of_enumerations_are_theirs()
    {
        var lines = Describe([typeof(RecordedMessagesTests).Assembly]);
        Assert.Contains("test.ticket 0 = string Value", lines);
        Assert.Contains("test.forgotten 0 = int Kept", lines);
    }

    private static IEnumerable<string> Changed(IReadOnlyCollection<string> listed, IEnumerable<string> now)
    {
        var known = listed.ToDictionary(Key, line => line);
        return now.Where(line => known.TryGetValue(Key(line), out var before) && before != line).Select(line => $"{line}, which was {known[Key(line)]}");
    }

    private static string[] Recorded(IEnumerable<string> listed, IEnumerable<string> now) => [.. listed.Union(now).OrderBy(Key, StringComparer.Ordinal)];

    private static string Key(string line) => line.Split(" = ")[0];

    private static List<string> Describe(IEnumerable<Assembly> assemblies) =>
    [
        .. from assembly in assemblies
           from type in assembly.GetTypes()
           where !type.IsDefined(typeof(CompilerGeneratedAttribute))
           from line in Lines(type)
           select line,
    ];

    private static IEnumerable<string> Lines(Type type)
    {
        var alias = type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;
        if (type.IsEnum)
        {
            // Their numbers are in rows, too, whether or not they travel.
            alias ??= $"{type.Namespace}.{type.Name}";
            foreach (var name in Enum.GetNames(type))
                yield return $"{alias} {Convert.ToInt64(Enum.Parse(type, name), null):0000} = {name}";
        }
        else if (alias is not null && type.IsInterface)
        {
            foreach (var method in type.GetMethods().Where(method => method.GetCustomAttribute<AliasAttribute>() is not null))
                yield return $"{alias} {method.GetCustomAttribute<AliasAttribute>()!.Alias} = {Name(method.ReturnType)} ({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))})";
        }
        else if (alias is not null)
        {
            foreach (var (number, name, member) in Members(type))
                yield return $"{alias} {number} = {Name(member)} {name}";
        }
    }

    // Parameters of a record's primary constructor and members with [Id] are numbered apart from each other.
    private static IEnumerable<(string Number, string Name, Type Type)> Members(Type type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var isRecord = type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
        var primary = isRecord ? type.GetConstructors().Select(constructor => constructor.GetParameters()).Where(parameters => parameters.Length > 0 && parameters.All(parameter => type.GetProperty(parameter.Name!, Own) is not null)).MaxBy(parameters => parameters.Length) ?? [] : [];
        foreach (var parameter in primary)
            yield return ($"{parameter.Position}", parameter.Name!, parameter.ParameterType);
        foreach (var member in type.GetMembers(Own).Where(member => member.IsDefined(typeof(IdAttribute))))
            yield return ($"[{member.GetCustomAttributesData().Single(data => data.AttributeType == typeof(IdAttribute)).ConstructorArguments[0].Value}]", member.Name, member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType);
    }

    private static string Name(Type type) => type switch
    {
        _ when type == typeof(string) => "string",
        _ when type == typeof(int) => "int",
        _ when type == typeof(long) => "long",
        _ when type == typeof(bool) => "bool",
        _ when type.IsArray => $"{Name(type.GetElementType()!)}[]",
        _ when Nullable.GetUnderlyingType(type) is { } inner => $"{Name(inner)}?",
        _ when type.IsGenericType => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.Name,
    };
}
