using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon;

/// <summary>Where things lie and what they are called: what a reader may rely on in every corner.</summary>
public sealed partial class LayoutTests
{
    private static readonly FrozenSet<string> s_features =
        FrozenSet.ToFrozenSet(["Accounts", "Tenants", "Team", "Phones", "Dispatch", "Booking", "Waitlist", "Chat", "Contacts", "Billing", "Mail", "Promises", "Operators"]);

    private static readonly string[] s_emptyWords = ["Helper", "Helpers", "Util", "Utils", "Utility", "Manager", "Repository", "Dto", "Common", "Extensions", "Impl", "Model", "Models", "Interfaces"];

    private static readonly Assembly s_contracts = typeof(IMailGrain).Assembly;
    private static readonly Assembly s_grains = typeof(MailGrain).Assembly;

    internal static string Root { get; } = FindRoot();

    public static TheoryData<Type> Grains => [.. s_grains.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsSubclassOf(typeof(Grain)))];

    [Theory]
    [MemberData(nameof(Grains))]
    public void A_grain_has_an_interface_of_its_name_in_its_feature_and_its_type_is_its_name(Type grain)
    {
        Assert.True(grain.IsSealed);
        Assert.EndsWith("Grain", grain.Name, StringComparison.Ordinal);
        var contract = s_contracts.GetType($"{grain.Namespace}.I{grain.Name}");
        Assert.True(contract is not null && contract.IsAssignableFrom(grain), $"{grain.Name} has no I{grain.Name} in the contracts of {grain.Namespace}.");
        Assert.Equal(Kebab(grain.Name[..^"Grain".Length]), GrainTypeOf(grain));
    }

    [Theory]
    [MemberData(nameof(Grains))]
    public void The_state_of_a_grain_has_the_grains_name(Type grain)
    {
        foreach (var state in grain.GetConstructors().Single().GetParameters().Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>())
            Assert.Equal(GrainTypeOf(grain), state.StateName);
    }

    [Theory]
    [MemberData(nameof(Grains))]
    public void Every_grain_is_on_the_map(Type grain) =>
        Assert.Contains($"| {GrainTypeOf(grain)} |", File.ReadAllText(Path.Combine(Root, "docs", "map.md")), StringComparison.Ordinal);

    [Theory]
    [InlineData("src/Contracts")]
    [InlineData("src/Grains", "Storage")]
    [InlineData("src/Web", "Shared", "wwwroot")]
    [InlineData("tests/Grains.Tests")]
    [InlineData("tests/Web.Tests", "Shared", "Faults")]
    public void Folders_are_features(string project, params string[] besides) =>
        Assert.Empty(Directory.GetDirectories(Path.Combine(Root, project)).Select(Path.GetFileName).Except([.. s_features, .. besides, "bin", "obj"]));

    [Fact]
    public void No_file_has_a_name_that_says_nothing() => Assert.Empty(
        from file in Sources("*.cs", "*.razor")
        let words = Word().Split(Path.GetFileNameWithoutExtension(file))
        where words.Intersect(s_emptyWords).Any() || Path.GetFileName(file).StartsWith('I') && words.Length > 1 && words[0] == "I" && words[^1] != "Grain"
        select Path.GetRelativePath(Root, file));

    [Theory]
    [InlineData("*Grain.cs", 220)]
    [InlineData("*Email.cs", 50)]
    [InlineData("*.razor", 220)]
    [InlineData("Program.cs", 90)]
    [InlineData("*Tests.cs", 280)]
    public void No_file_hides_a_second_noun(string pattern, int lines) =>
        Assert.Empty(Sources(pattern).Where(file => !Path.GetFileName(file).StartsWith('I') && File.ReadLines(file).Count() > lines).Select(file => Path.GetRelativePath(Root, file)));

    [Fact]
    public void Every_mail_has_a_preview()
    {
        using var services = new ServiceCollection().AddBackEnd().BuildServiceProvider();
        var kinds = services.GetServices<EmailKind>().ToArray();
        Assert.Equal(s_grains.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Email))).Select(type => type.Name).Order(), kinds.Select(kind => kind.Type.Name).Order());
        Assert.All(kinds, kind => Assert.IsType(kind.Type, kind.Example()));
    }

    [Fact]
    public void Pages_see_contracts_and_no_grain()
    {
        var pages = Sources("*.cs", "*.razor").Where(file => file.Contains($"{Path.DirectorySeparatorChar}Web{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && file.StartsWith(Path.Combine(Root, "src"), StringComparison.Ordinal));
        Assert.Empty(pages.Where(file => Path.GetFileName(file) != "Program.cs" && File.ReadAllText(file).Contains("Npgsql", StringComparison.Ordinal)).Select(Path.GetFileName));
        Assert.DoesNotContain("Grains.csproj", File.ReadAllText(Path.Combine(Root, "src", "Web", "Web.csproj")), StringComparison.Ordinal);
        Assert.Contains("<DisableTransitiveProjectReferences>true", File.ReadAllText(Path.Combine(Root, "src", "Web", "Web.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_is_chosen_in_three_places()
    {
        var chosen = Sources("*.cs", "*.razor").Where(file => Directive().IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));
        Assert.All(chosen, file => Assert.Matches("^(src/Silo/.*|src/Web/Program\\.cs|tests/Grains\\.Tests/Backend\\.cs)$", file));
    }

    // Whoever wraps something new has to see to it that RootKeyChange finds it, and add the file here.
    [Fact, Promise("R44")]
    public void All_that_wraps_is_known_to_the_change_of_the_root_key() => Assert.Equal(
        [
            "AccessReturn.cs", "AddressGrain.cs", "CalendarGrain.cs", "CalendarOutbox.cs", "CalendarRows.cs", "CanaryGrain.cs", "CanaryPerson.cs", "ConsentSeal.cs",
            "EvidenceGrain.cs", "KeyRingGrain.cs", "MailGrain.cs", "Outbox.cs", "RootKeyChange.cs", "WebhookWriter.cs",
        ],
        Sources("*.cs").Where(file => file.StartsWith(Path.Combine(Root, "src"), StringComparison.Ordinal) && File.ReadAllText(file).Contains(".Wrap(", StringComparison.Ordinal)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Sources(params string[] patterns) =>
        from folder in new[] { "src", "tests" }
        from pattern in patterns
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar)
        where !path.Contains("bin") && !path.Contains("obj")
        select file;

    private static string? GrainTypeOf(Type grain) => grain.GetCustomAttributesData().Single(attribute => attribute.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value as string;

    private static string Kebab(string name) => string.Join('-', Word().Split(name).Where(word => word.Length > 0)).ToLowerInvariant();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Routing.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from inside the project.");
        return folder.FullName;
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*#(if|elif)\b", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
