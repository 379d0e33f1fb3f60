namespace Backsoon.Mail;

/// <summary>When a mail that did not go out is tried again, and when it is parked.</summary>
public static class RetrySchedule
{
    /// <summary>The first attempt and eleven more, over most of a day: all within the life of a provider's key.</summary>
    public static int MostAttempts => s_waits.Length + 1;

    private const double Jitter = 0.1;

    private static readonly TimeSpan[] s_waits =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(6), TimeSpan.FromHours(6),
    ];

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait after so many attempts of one mail; null when it was the last.</summary>
    /// <param name="chance">0 to 1: mails that failed together come back apart.</param>
    public static TimeSpan? AfterAttempt(int attempts, TimeSpan? asked, double chance) =>
        attempts > s_waits.Length ? null : Longer(Spread(s_waits[Math.Max(attempts, 1) - 1], chance), asked);

    /// <summary>How long the whole transport is left alone after so many calls in a row that failed for everyone.</summary>
    public static TimeSpan AfterFailures(int failures, TimeSpan? asked, double chance) =>
        Longer(Spread(TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(failures, 10) - 1), s_longestPause.TotalSeconds)), chance), asked);

    private static TimeSpan Spread(TimeSpan wait, double chance) => wait * (1 - Jitter + 2 * Jitter * chance);

    private static TimeSpan Longer(TimeSpan wait, TimeSpan? asked) => asked > wait ? asked.Value : wait;
}
