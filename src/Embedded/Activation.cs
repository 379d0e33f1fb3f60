using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>A grain in memory: it begins with the first turn it is sent, reads its state, works one turn at a time, and is dropped when idle or asked to go.</summary>
internal sealed class Activation(GrainHost host, GrainClass grain, (GrainId Grain, int Worker) address) : TurnScheduler, IActivation
{
    private enum Phase
    {
        New,
        Opening,
        Open,
        Closing,
        Gone,
    }

    // What arrives while it opens or closes is parked; what is open to it but has to wait is queued by whether it can share with readers.
    private readonly Queue<Turn> _parked = new();
    private readonly Queue<Turn> _reads = new();
    private readonly Queue<Turn> _writes = new();
    private readonly List<Turn> _running = [];
    private readonly List<IStorage> _states = [];
    private readonly List<GrainTimer> _timers = [];
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AsyncServiceScope _scope;
    private Phase _phase;
    private DeactivationReason? _reason;
    private int _reading;
    private bool _writing;
    private long _arrivals;
    private long _usedAt;
    private long _keptUntil;
    private object? _instance;

    public GrainId GrainId => address.Grain;

    public (GrainId Grain, int Worker) Address => address;

    public object? GrainInstance => _instance;

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainFactory GrainFactory => host;

    public GrainHost Host => host;

    public Task Gone => _gone.Task;

    /// <summary>How many turns there are to do; nearly right when read from outside.</summary>
    public int Load => _running.Count + _parked.Count + _reads.Count + _writes.Count;

    public bool IsBusy
    {
        get
        {
            lock (Gate)
                return Load > 0 || _phase is Phase.Opening or Phase.Closing;
        }
    }

    /// <summary>False when the activation is gone, and the turn is for the next one.</summary>
    public bool TryReceive(Turn turn)
    {
        bool wake, open;
        lock (Gate)
        {
            if (_phase == Phase.Gone)
                return false;
            turn.Order = ++_arrivals;
            wake = Accept(turn);
            open = _phase == Phase.Open;
        }
        if (wake && open)
            WakeHere();
        else if (wake)
            Wake();
        return true;
    }

    public TGrainInterface AsReference<TGrainInterface>() => host.Refer<TGrainInterface>(grain, GrainId);

    public IStorage Add(IStorage state)
    {
        _states.Add(state);
        return state;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        var wake = false;
        lock (Gate)
        {
            if (_phase is Phase.Closing or Phase.Gone)
                return;
            _reason ??= deactivationReason;
            if (_phase == Phase.Open)
                wake = StartClosing();
        }
        if (wake)
            Wake();
    }

    public void DelayDeactivation(TimeSpan timeSpan) =>
        _keptUntil = timeSpan == Timeout.InfiniteTimeSpan ? long.MaxValue : timeSpan < TimeSpan.Zero ? 0 : host.Now + (long)timeSpan.TotalMilliseconds;

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, host.Clock, host.Logger, callback, options);
        lock (Gate)
            _timers.Add(timer);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (Gate)
            _timers.Remove(timer);
    }

    public Task<IGrainReminder> RegisterReminder(string reminderName, TimeSpan dueTime, TimeSpan period) =>
        _instance is IRemindable
            ? host.Reminders.Register(GrainId, reminderName, dueTime, period)
            : throw new InvalidOperationException($"{GrainId} is not {nameof(IRemindable)}");

    public Task<IGrainReminder?> GetReminder(string reminderName) => host.Reminders.Find(GrainId, reminderName);

    public Task<List<IGrainReminder>> GetReminders() => host.Reminders.List(GrainId);

    public Task UnregisterReminder(IGrainReminder reminder) => host.Reminders.Unregister(GrainId, reminder);

    /// <summary>Fails the calls whose time is up, and leaves when nothing was asked for long enough.</summary>
    public void Sweep(long now, long idleAge)
    {
        // Most have nothing to do and are not idle for long: they are passed over without a lock.
        if (Load == 0 && now < Volatile.Read(ref _usedAt) + idleAge)
            return;

        List<Turn>? late = null;
        bool idle;
        lock (Gate)
        {
            if (Load > 0)
                late = [.. _running.Concat(_parked).Concat(_reads).Concat(_writes).Where(turn => turn.Deadline <= now)];
            idle = _phase == Phase.Open && _running.Count == 0 && now >= _usedAt + idleAge && now >= _keptUntil;
        }

        foreach (var turn in late ?? [])
            turn.Fail(new TimeoutException($"{turn} to {GrainId} was not answered in time"));
        if (idle)
            Deactivate(new(DeactivationReasonCode.ActivationIdle, "Idle"));
    }

    protected override void Begin(Turn turn) => _ = Perform(turn);

    private async Task Perform(Turn turn)
    {
        var abandoned = turn.Abandoned;
        if (!abandoned)
            await turn.Run(_instance!);

        bool wake;
        lock (Gate)
        {
            _running.Remove(turn);
            if (turn.Sharing == Sharing.Nothing)
                _writing = false;
            else if (turn.Sharing == Sharing.Readers)
                _reading--;
            wake = Advance();
        }
        if (wake)
            Wake();
        if (!abandoned)
            turn.Answer();
    }

    /// <summary>Under the gate, as all that follow and answer whether to wake the scheduler.</summary>
    private bool Accept(Turn turn)
    {
        if (_phase == Phase.New)
        {
            _phase = Phase.Opening;
            _parked.Enqueue(turn);
            return Enqueue(() => _ = Open());
        }
        if (_phase != Phase.Open)
        {
            _parked.Enqueue(turn);
            return false;
        }
        if (MayStart(turn.Sharing))
            return Start(turn);
        (turn.Sharing == Sharing.Readers ? _reads : _writes).Enqueue(turn);
        return false;
    }

    private bool MayStart(Sharing sharing) => sharing switch
    {
        Sharing.Everything => true,
        Sharing.Readers => !_writing,
        _ => !_writing && _reading == 0,
    };

    private bool Start(Turn turn)
    {
        _running.Add(turn);
        if (turn.KeepsAlive)
            _usedAt = host.Now;
        if (turn.Sharing == Sharing.Nothing)
            _writing = true;
        else if (turn.Sharing == Sharing.Readers)
            _reading++;
        return Enqueue(turn);
    }

    private bool Advance()
    {
        var wake = false;
        while (_phase == Phase.Open && Next() is { } turn)
            wake |= Start(turn);
        return _phase == Phase.Closing ? wake | CloseWhenQuiet() : wake;
    }

    private Turn? Next()
    {
        var read = MayStart(Sharing.Readers) ? _reads.TryPeek(out var firstRead) ? firstRead : null : null;
        var write = MayStart(Sharing.Nothing) ? _writes.TryPeek(out var firstWrite) ? firstWrite : null : null;
        return read is null && write is null ? null
            : write is null || read?.Order < write.Order ? _reads.Dequeue()
            : _writes.Dequeue();
    }

    private async Task Open()
    {
        try
        {
            _scope = host.Services.CreateAsyncScope();
            _instance = grain.Create(this);
            foreach (var state in _states)
                await state.ReadStateAsync();
            await ((IGrainBase)_instance).OnActivateAsync(host.Stopping);
        }
        catch (Exception exception)
        {
            host.Logger.LogWarning(exception, "{Grain} could not be activated", GrainId);
            foreach (var turn in await Leave())
                turn.Fail(exception);
            return;
        }

        bool wake;
        lock (Gate)
        {
            _phase = Phase.Open;
            _usedAt = host.Now;
            wake = false;
            // A grain that asks to go while it opens still does first what it was opened for.
            while (_parked.TryDequeue(out var turn))
                wake |= Accept(turn);
            if (_reason is not null)
                wake |= StartClosing();
        }
        if (wake)
            Wake();
    }

    private bool StartClosing()
    {
        _phase = Phase.Closing;
        return CloseWhenQuiet();
    }

    private bool CloseWhenQuiet() => _running.Count == 0 && Enqueue(() => _ = Close());

    private async Task Close()
    {
        try
        {
            StopTimers();
            using var patience = new CancellationTokenSource(host.Options.CallTimeout, host.Options.HostClock);
            await ((IGrainBase)_instance!).OnDeactivateAsync(_reason!.Value, patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception exception)
        {
            host.Logger.LogError(exception, "{Grain} failed while it was deactivated", GrainId);
        }

        foreach (var turn in await Leave())
            if (!turn.Abandoned)
                host.Send(grain, GrainId, turn);
    }

    private async Task<List<Turn>> Leave()
    {
        try
        {
            StopTimers();
            if (_instance is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            else
                (_instance as IDisposable)?.Dispose();
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            host.Logger.LogError(exception, "{Grain} failed while it was disposed", GrainId);
        }

        List<Turn> left;
        lock (Gate)
        {
            _phase = Phase.Gone;
            left = [.. _reads.Concat(_writes).OrderBy(turn => turn.Order), .. _parked];
        }
        host.Forget(this);
        _gone.SetResult();
        return left;
    }

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (Gate)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }
}
