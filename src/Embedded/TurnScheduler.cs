namespace Backsoon.Embedded;

/// <summary>
/// Runs the turns of one activation, and every continuation of them, one at a time. A burst of work runs inside one task of this scheduler,
/// which is what makes each <c>await</c> in it come back here.
/// </summary>
internal abstract class TurnScheduler : TaskScheduler, IThreadPoolWorkItem
{
    // After so many items the thread goes back to the pool's queue, so that one busy grain does not keep it.
    private const int Burst = 100;

    private readonly Queue<object> _runnable = new();
    private bool _scheduled;
    private int _thread;

    protected Lock Gate { get; } = new();

    public sealed override int MaximumConcurrencyLevel => 1;

    void IThreadPoolWorkItem.Execute()
    {
        _thread = Environment.CurrentManagedThreadId;
        new Task(static self => ((TurnScheduler)self!).RunBurst(), this).RunSynchronously(this);
    }

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

    private void RunBurst()
    {
        for (var left = Burst; ; left--)
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
}
