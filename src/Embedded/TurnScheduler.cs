namespace Backsoon.Embedded;

/// <summary>
/// Runs the turns of one activation, and every continuation of them, one at a time. A burst of work runs inside one task of this scheduler,
/// which is what makes each <c>await</c> in it come back here.
/// </summary>
internal abstract class TurnScheduler : TaskScheduler, IThreadPoolWorkItem
{
    // After so many items the thread goes back to the pool's queue, so that one busy grain does not keep it.
    private const int Burst = 100;

    private static readonly ExecutionContext s_clean = CleanContext();

    private readonly Queue<object> _runnable = new();
    private bool _scheduled;
    private int _thread;

    protected Lock Gate { get; } = new();

    public sealed override int MaximumConcurrencyLevel => 1;

    void IThreadPoolWorkItem.Execute() => Execute(static self => ((TurnScheduler)self!).RunBurst(Burst));

    protected abstract void Begin(Turn turn);

    /// <summary>Under the gate. True when the caller, having left the gate, is to call <see cref="Wake"/>.</summary>
    protected bool Enqueue(Turn turn) => EnqueueWork(turn);

    protected bool Enqueue(Action action) => EnqueueWork(action);

    private bool EnqueueWork(object work)
    {
        _runnable.Enqueue(work);
        var wake = !_scheduled;
        _scheduled = true;
        return wake;
    }

    protected void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);

    /// <summary>
    /// The same for a call that was just enqueued: from outside of grains it begins on the caller's thread, which has nothing to do but wait for it.
    /// Whatever is answered without waiting is answered without a change of threads. What else came meanwhile is left to the pool.
    /// </summary>
    protected void WakeHere()
    {
        if (SynchronizationContext.Current is null && Current == Default)
            ExecutionContext.Run(s_clean, static self => ((TurnScheduler)self!).Execute(static me => ((TurnScheduler)me!).RunBurst(1)), this);
        else
            Wake();
    }

    protected sealed override void QueueTask(Task task)
    {
        bool wake;
        lock (Gate)
            wake = EnqueueWork(task);
        if (wake)
            Wake();
    }

    protected sealed override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _thread == Environment.CurrentManagedThreadId && TryExecuteTask(task);

    protected sealed override IEnumerable<Task> GetScheduledTasks()
    {
        lock (Gate)
            return [.. _runnable.OfType<Task>()];
    }

    private void Execute(Action<object?> burst)
    {
        _thread = Environment.CurrentManagedThreadId;
        new Task(burst, this).RunSynchronously(this);
    }

    private void RunBurst(int most)
    {
        for (var left = most; ; left--)
        {
            object? work;
            lock (Gate)
            {
                if (left == 0 && _runnable.Count > 0)
                    break;
                if (!_runnable.TryDequeue(out work))
                {
                    _thread = 0;
                    _scheduled = false;
                    return;
                }
            }

            switch (work)
            {
                case Turn turn:
                    Begin(turn);
                    break;
                case Task task:
                    TryExecuteTask(task);
                    break;
                case Action action:
                    action();
                    break;
            }
        }

        _thread = 0;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Whatever the caller's flow of control carries along is not to be seen in a grain.
    private static ExecutionContext CleanContext()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
