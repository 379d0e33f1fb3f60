using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Backsoon.Embedded;

/// <summary>What a turn may share its grain with while it waits for something.</summary>
internal enum Sharing
{
    /// <summary>Nothing but turns that share with everything.</summary>
    Nothing,

    /// <summary>Other readers.</summary>
    Readers,

    Everything,
}

/// <summary>One thing that a grain is asked to do.</summary>
internal abstract class Turn(Sharing sharing)
{
    public Sharing Sharing => sharing;

    /// <summary>Its place among the turns of its activation.</summary>
    public long Order { get; set; }

    /// <summary>When its caller gives up, in milliseconds of the host's clock.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>Whether it makes its grain count as used.</summary>
    public virtual bool KeepsAlive => true;

    public virtual bool Abandoned => false;

    /// <summary>Does it, and keeps what comes of it; throws nothing.</summary>
    public abstract Task Run(object grain);

    /// <summary>Tells what came of it, once the turn is over.</summary>
    public virtual void Answer()
    {
    }

    public abstract void Fail(Exception exception);
}

/// <summary>A turn that a caller waits for.</summary>
internal sealed class Call<TResult>(GrainMethod method, object?[] arguments) : Turn(method.Sharing)
{
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityContext _caller = Instruments.Caller;
    private TResult _result = default!;
    private Exception? _exception;

    public Task<TResult> Answered => _answer.Task;

    /// <summary>Its caller has given up: there is no use in beginning it.</summary>
    public override bool Abandoned => _answer.Task.IsCompleted;

    public override async Task Run(object grain) =>
        _exception = await (Instruments.Listening ? Instruments.Measure(() => Invoke(grain), method.ToString(), _caller) : Invoke(grain));

    private async Task<Exception?> Invoke(object grain)
    {
        try
        {
            var task = method.Invoke(grain, arguments);
            await task;
            if (task is Task<TResult> answered)
                _result = answered.Result;
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    public override void Answer()
    {
        if (_exception is null)
            _answer.TrySetResult(_result);
        else
            _answer.TrySetException(_exception);
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    public override string ToString() => method.ToString();
}

/// <summary>A turn that nobody waits for.</summary>
internal sealed class OneWayCall(GrainMethod method, object?[] arguments, ILogger logger) : Turn(method.Sharing)
{
    public override async Task Run(object grain)
    {
        try
        {
            await method.Invoke(grain, arguments);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    public override void Fail(Exception exception) => logger.LogWarning(exception, "One-way call {Method} failed", method);
}
