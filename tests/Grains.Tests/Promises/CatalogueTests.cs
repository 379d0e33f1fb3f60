using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

public sealed partial class CatalogueTests
{
    public static TheoryData<string> Keys => [.. Catalogue.All.Select(promise => promise.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_promise_is_measured_once(string key)
    {
        using var services = new ServiceCollection().AddBackEnd().BuildServiceProvider();
        Assert.Single(services.GetServices<Measurement>(), measurement => measurement.Key == key);
    }

    [Fact]
    public void Nothing_is_measured_that_is_not_promised()
    {
        using var services = new ServiceCollection().AddBackEnd().BuildServiceProvider();
        Assert.Empty(services.GetServices<Measurement>().Select(measurement => measurement.Key).Except(Catalogue.All.Select(promise => promise.Key)));
        Assert.Equal(Catalogue.All.Length, Catalogue.All.Select(promise => promise.Key).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_wording_says_the_number_of_the_policy_it_is_told_of(string key)
    {
        var promise = Catalogue.Of(key);
        foreach (var policy in PolicyProfiles.All)
        {
            var said = promise.Wording(policy);
            Assert.True(said.Contains(Period.Say(promise.Bound(policy)), StringComparison.Ordinal) || said.Contains($"{promise.Bound(policy).TotalDays:0} business days", StringComparison.Ordinal), said);
            Assert.Matches(@"^[A-Z].*\.$", said);
        }

        Assert.NotEmpty(promise.Title);
        Assert.NotEmpty(promise.Measured);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_promise_is_named_by_a_test(string key)
    {
        var named = Tests().SelectMany(file => Named().Matches(File.ReadAllText(file))).SelectMany(match => Id().Matches(match.Value)).Select(match => match.Value).ToHashSet();
        Assert.NotEmpty(Catalogue.Of(key).Ids);
        Assert.Empty(Catalogue.Of(key).Ids.Except(named));
    }

    [Fact]
    public void What_was_measured_is_kept_up_to_the_bound_and_not_beyond()
    {
        var most = Catalogue.Of("sources");
        var bound = TimeSpan.FromDays(30);
        Assert.True(most.IsKept(null, bound));
        Assert.True(most.IsKept(bound, bound));
        Assert.False(most.IsKept(bound + TimeSpan.FromSeconds(1), bound));
        var least = most with { IsLeast = true };
        Assert.True(least.IsKept(bound, bound));
        Assert.False(least.IsKept(bound - TimeSpan.FromSeconds(1), bound));
    }

    private static IEnumerable<string> Tests()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Routing.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from inside the project.");
        return Directory.EnumerateFiles(Path.Combine(folder.FullName, "tests"), "*Tests.cs", SearchOption.AllDirectories);
    }

    [GeneratedRegex(@"Promise\([^)]*\)")]
    private static partial Regex Named();

    [GeneratedRegex("[RCPW][0-9]+")]
    private static partial Regex Id();
}
