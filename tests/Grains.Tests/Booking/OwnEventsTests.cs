using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Booking;

public sealed class OwnEventsTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Busy_beside_appointments_is_what_is_busy_and_no_appointment() => Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(
        (from busy in Spans from own in Spans select (busy, own)).ToArbitrary(), spans =>
        {
            var (busy, own) = spans;
            var calendar = new BusySnapshot(true, true, s_start, [.. busy.OrderBy(span => span.From).Select(span => new BusyPeriod(At(span.From), At(span.To)))]);
            var left = calendar.Without(own.Select(span => new Sitting(Guid.Empty, Guid.Empty, At(span.From), At(span.To), At(span.From), At(span.To), IsHeld: false)));

            Assert.Equal((calendar.IsConnected, calendar.IsKnown, calendar.AsOf), (left.IsConnected, left.IsKnown, left.AsOf));
            Assert.All(left.Busy, period => Assert.True(period.End > period.Start));
            foreach (var minute in Enumerable.Range(0, 40))
            {
                var instant = At(minute);
                Assert.Equal(
                    busy.Any(span => span.From <= minute && minute < span.To) && !own.Any(span => span.From <= minute && minute < span.To),
                    left.Busy.Any(period => period.Start <= instant && instant < period.End));
            }
        }));

    private static Gen<(int From, int To)[]> Spans => Gen.Choose(0, 30).SelectMany(from => Gen.Choose(1, 9).Select(length => (from, from + length))).ListOf().Select(list => list.Take(6).ToArray());

    private static DateTimeOffset At(int minute) => s_start.AddMinutes(minute);
}
