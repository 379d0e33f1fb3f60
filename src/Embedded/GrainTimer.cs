using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>Ticks in turns of its grain. The next tick is reckoned from the end of the last, so that it never meets itself.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private TimeSpan? _changed;

    public GrainTimer(Activation activation, TimeProvider clock, ILogger logger, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _logger = logger;
        _period = options.Period;
        using (ExecutionContext.SuppressFlow())
            _timer = clock.CreateTimer(static timer => ((GrainTimer)timer!).Due(), this, options.DueTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called by its grain, so never while another turn is at work.</summary>
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        if (_ticking)
            _changed = dueTime;
        else
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        if (_stopped.IsCancellationRequested)
            return;
        _timer.Dispose();
        _activation.Forget(this);
        _stopped.Cancel();
    }

    private void Due() => _activation.TryReceive(new Tick(this));

    private async Task Run()
    {
        if (_stopped.IsCancellationRequested || _ticking)
            return;
        _ticking = true;
        _changed = null;
        try
        {
            await _callback(_stopped.Token);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "A timer of {Grain} failed", _activation.GrainId);
        }
        _ticking = false;
        if (!_stopped.IsCancellationRequested)
            _timer.Change(_changed ?? _period, Timeout.InfiniteTimeSpan);
    }

    private sealed class Tick(GrainTimer timer) : Turn(timer._options.Interleave ? Sharing.Everything : Sharing.Nothing)
    {
        public override bool KeepsAlive => timer._options.KeepAlive;

        public override bool Abandoned => timer._stopped.IsCancellationRequested;

        public override Task Run(object grain) => timer.Run();

        public override void Fail(Exception exception)
        {
        }
    }
}
