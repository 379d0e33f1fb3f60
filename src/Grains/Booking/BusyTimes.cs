using System.Collections.Immutable;
using Backsoon.Mail;

namespace Backsoon.Booking;

/// <summary>When a host is busy elsewhere, as the calendars said last: in memory only, and nowhere but here (R22, R24).</summary>
internal sealed class BusyTimes(TimeProvider clock, Func<DateTimeOffset, DateTimeOffset, Task<GoogleAnswer<ImmutableArray<BusyPeriod>?>>> ask)
{
    /// <summary>Asked about again after it; so a slot is looked at anew when it is taken.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    /// <summary>How old an answer may be that stands in for one that does not come.</summary>
    public static readonly TimeSpan StaleFor = TimeSpan.FromMinutes(5);

    private const int MostWindows = 16;
    private static readonly TimeSpan s_window = TimeSpan.FromDays(56);

    private readonly Dictionary<long, Window> _windows = [];
    private int _failures;
    private DateTimeOffset _pausedUntil;

    /// <summary>Why the last question had no answer; null when it had one.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether one of the calendars says that it cannot be read; null while nobody was asked.</summary>
    public bool? IsUnreadable { get; private set; }

    /// <summary>How old the oldest answer in use is.</summary>
    public DateTimeOffset? AsOf => _windows.Values.Where(window => window.LastUse > clock.GetUtcNow() - StaleFor).Min(window => window.AsOf);

    public async Task<BusySnapshot> Read(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = Windows(from, to);
        if (last - first >= MostWindows)
            return BusySnapshot.Unknown;
        await Task.WhenAll(Numbers(first, last).Select(Refresh));
        return Known(from, to, window => window is { IsTold: true } && clock.GetUtcNow() - window.AsOf <= StaleFor);
    }

    /// <summary>What was said last, however long ago.</summary>
    public BusySnapshot Last(DateTimeOffset from, DateTimeOffset to) => Known(from, to, _ => true);

    private BusySnapshot Known(DateTimeOffset from, DateTimeOffset to, Func<Window?, bool> isKnown)
    {
        var (first, last) = Windows(from, to);
        var windows = Numbers(first, last).Select(number => _windows.GetValueOrDefault(number)).ToArray();
        return new BusySnapshot(
            IsConnected: true, windows.All(isKnown), windows.Min(window => window?.AsOf), [.. windows.OfType<Window>().SelectMany(window => window.Busy).Where(period => period.End > from && period.Start < to).Distinct().OrderBy(period => period.Start)]);
    }

    private Task Refresh(long number)
    {
        var now = clock.GetUtcNow();
        if (!_windows.TryGetValue(number, out var window))
        {
            if (_windows.Count >= MostWindows)
                _windows.Remove(_windows.MinBy(known => known.Value.LastUse).Key);
            _windows[number] = window = new Window();
        }

        window.LastUse = now;
        return window.IsTold && now - window.AsOf < FreshFor || now < _pausedUntil ? window.Asking ?? Task.CompletedTask : window.Asking ??= Ask(number, window);
    }

    private async Task Ask(long number, Window window)
    {
        try
        {
            await Task.Yield();
            // What is said is as old as the question.
            var now = clock.GetUtcNow();
            var start = DateTimeOffset.UnixEpoch + number * s_window;
            var answer = await ask(start, start + s_window);
            (_failures, _pausedUntil, LastError) = answer is GoogleAnswer<ImmutableArray<BusyPeriod>?>.Given ? (0, default, null) : Failed(answer);
            if (answer is GoogleAnswer<ImmutableArray<BusyPeriod>?>.Given { Value: var busy })
            {
                IsUnreadable = busy is null;
                window.IsTold = busy is not null;
                LastError = busy is null ? "One of the calendars did not say when you are busy." : null;
                if (busy is { } told)
                    (window.Busy, window.AsOf) = (told, now);
            }
        }
        finally
        {
            window.Asking = null;
        }
    }

    private (int Failures, DateTimeOffset Until, string Error) Failed(GoogleAnswer<ImmutableArray<BusyPeriod>?> answer)
    {
        var (error, after) = answer switch
        {
            GoogleAnswer<ImmutableArray<BusyPeriod>?>.Later later => (later.Detail, later.After),
            GoogleAnswer<ImmutableArray<BusyPeriod>?>.Refused refused => (refused.Detail, null),
            GoogleAnswer<ImmutableArray<BusyPeriod>?>.Ended => ("Google does not let us in any more.", null),
            _ => ("Google does not say when you are busy.", null),
        };
        return (_failures + 1, clock.GetUtcNow() + RetrySchedule.AfterFailures(_failures + 1, after, Random.Shared.NextDouble()), error);
    }

    private static (long First, long Last) Windows(DateTimeOffset from, DateTimeOffset to) =>
        ((from - DateTimeOffset.UnixEpoch).Ticks / s_window.Ticks, ((to > from ? to : from) - DateTimeOffset.UnixEpoch).Ticks / s_window.Ticks);

    private static IEnumerable<long> Numbers(long first, long last)
    {
        for (var number = first; number <= last; number++)
            yield return number;
    }

    private sealed class Window
    {
        public ImmutableArray<BusyPeriod> Busy { get; set; } = [];

        public DateTimeOffset? AsOf { get; set; }

        /// <summary>False when a calendar has refused to say since.</summary>
        public bool IsTold { get; set; }

        public DateTimeOffset LastUse { get; set; }

        public Task? Asking { get; set; }
    }
}
