namespace Backsoon.Mail;

public sealed class RetryScheduleTests
{
    [Fact]
    public void Twelve_attempts_are_over_within_the_life_of_a_providers_key()
    {
        Assert.Equal(12, RetrySchedule.MostAttempts);
        foreach (var chance in new[] { 0.0, 0.5, 1.0 })
        {
            var waits = Enumerable.Range(1, RetrySchedule.MostAttempts - 1).Select(attempt => RetrySchedule.AfterAttempt(attempt, null, chance)!.Value).ToList();
            Assert.Equal(waits.Order(), waits);
            Assert.InRange(waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromHours(17), TimeSpan.FromHours(24 * 0.95));
            Assert.Null(RetrySchedule.AfterAttempt(RetrySchedule.MostAttempts, null, chance));
        }
    }

    [Fact]
    public void What_failed_together_comes_back_apart() => Assert.NotEqual(RetrySchedule.AfterAttempt(1, null, 0.1), RetrySchedule.AfterAttempt(1, null, 0.9));

    [Fact]
    public void A_wait_that_was_asked_for_is_kept() => Assert.Equal(TimeSpan.FromMinutes(5), RetrySchedule.AfterAttempt(1, TimeSpan.FromMinutes(5), 0));

    [Fact]
    public void A_transport_that_fails_for_everyone_is_left_alone_for_a_minute_at_most()
    {
        Assert.InRange(RetrySchedule.AfterFailures(1, null, 0.5), TimeSpan.FromMilliseconds(900), TimeSpan.FromMilliseconds(1100));
        Assert.InRange(RetrySchedule.AfterFailures(1000, null, 1), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(66));
        Assert.Equal(TimeSpan.FromHours(1), RetrySchedule.AfterFailures(3, TimeSpan.FromHours(1), 0));
    }
}
