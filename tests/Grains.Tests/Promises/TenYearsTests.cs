using Xunit.Abstractions;
using Xunit.Sdk;

namespace Backsoon.Promises;

/// <summary>Years of a busy installation, a test each, so that a slow machine is heard of in between: one, or all ten with <c>./test faults</c>. By themselves: <c>--filter Duration=TenYears</c>.</summary>
[Collection(Backend.Name), Trait("Duration", "TenYears"), TestCaseOrderer("Backsoon.Promises.YearByYear", "Backsoon.Grains.Tests")]
public sealed class TenYearsTests(Town town) : IClassFixture<Town>
{
    private static readonly int s_last = Environment.GetEnvironmentVariable("BACKSOON_FAULTS") == "full" ? 10 : 1;

    public static TheoryData<int> Years => [.. Enumerable.Range(1, s_last)];

    [Theory, Promise("R13", "R14", "R32", "R34", "R38", "R39", "R41", "C18", "C30", "P13", "P14", "P16", "W15", "W16")]
    [MemberData(nameof(Years))]
    public async Task Year_by_year_no_promise_is_broken_on_any_day_and_nothing_grows_but_with_what_lives(int year)
    {
        Assert.Equal(year - 1, town.Years);
        await town.Live();
        if (year < s_last)
            return;

        // It was a life worth the name.
        Assert.InRange(town.Founded, 3 * s_last, 60 * s_last);
        await town.End();
        Assert.Equal(town.Founded, town.Gone);
    }
}

/// <summary>One year after the other: each begins where the last one ended.</summary>
public sealed class YearByYear : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase => testCases.OrderBy(test => (int)test.TestMethodArguments[0]);
}
