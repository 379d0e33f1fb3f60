using Npgsql;

namespace Backsoon.Storage;

/// <summary>Gathers rows that arrive together and commits them in one statement: while one commit is under way, the next one fills up.</summary>
/// <remarks>
/// One per process and kind of row; grains await it, and it is no grain. Completion sources continue asynchronously, so a grain resumes on its own scheduler.
/// Rows carry an idempotency key, so a commit whose answer was lost is simply made again.
/// </remarks>
public abstract class GatheringWriter<TRow, TResult>(TimeProvider clock) : IAsyncDisposable
{
    public const int MostPerCommit = 128;

    // While one commit waits for the disk, others keep the processor busy; but a row is the cheaper the more go with it, so another begins only with some company.
    private const int MostAtOnce = 3;
    private const int Company = 14;

    private const int MostWaiting = 10_000;
    private const int Tries = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Queue<(TRow Row, TaskCompletionSource<TResult> Done)> _waiting = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private bool _closing;

    protected TimeProvider Clock { get; } = clock;

    /// <summary>Completes when the row is durable.</summary>
    /// <exception cref="NpgsqlException">The database refused this row or could not be reached; nothing of it was acknowledged.</exception>
    public Task<TResult> Write(TRow row)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // Better refused at once than queued behind a database that cannot keep up.
            if (_closing || _waiting.Count == MostWaiting)
                return Task.FromException<TResult>(new NpgsqlException("Too many rows wait to be written."));
            _waiting.Enqueue((row, done));
            if (_underWay == MostAtOnce || _waiting.Count < Fewest(_underWay + 1))
                return done.Task;
            _underWay++;
        }

        // Not on the scheduler of the grain that writes.
        _ = Task.Run(Run);
        return done.Task;
    }

    /// <summary>Commits the rows in one transaction and says for each what came of it, in order.</summary>
    protected abstract Task<TResult[]> Commit(IReadOnlyList<TRow> rows);

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            if (_underWay == 0)
                _closed.TrySetResult();
        }

        await _closed.Task;
        GC.SuppressFinalize(this);
    }

    private static int Fewest(int underWay) => underWay == 1 ? 1 : Company;

    private async Task Run()
    {
        while (Gather() is { Count: > 0 } rows)
            await CommitOrSplit(rows);
    }

    // The last one under way leaves nothing behind.
    private List<(TRow Row, TaskCompletionSource<TResult> Done)> Gather()
    {
        lock (_gate)
        {
            if (_waiting.Count < Fewest(_underWay))
            {
                _underWay--;
                if (_closing && _underWay == 0)
                    _closed.TrySetResult();
                return [];
            }

            var gathered = new List<(TRow, TaskCompletionSource<TResult>)>(Math.Min(_waiting.Count, MostPerCommit));
            while (gathered.Count < MostPerCommit && _waiting.TryDequeue(out var next))
                gathered.Add(next);
            return gathered;
        }
    }

    private async Task CommitOrSplit(List<(TRow Row, TaskCompletionSource<TResult> Done)> rows)
    {
        try
        {
            var results = await CommitPatiently(rows.ConvertAll(r => r.Row));
            for (var i = 0; i < rows.Count; i++)
                rows[i].Done.SetResult(results[i]);
        }
        catch (PostgresException refused) when (refused.SqlState[..2] is "22" or "23" && rows.Count > 1)
        {
            // One row broke a constraint, or says what the database cannot hold, and took its company down with it: each gets a transaction of its own.
            foreach (var row in rows)
                await CommitOrSplit([row]);
        }
        catch (Exception failure)
        {
            foreach (var (_, done) in rows)
                done.TrySetException(failure);
        }
    }

    private async Task<TResult[]> CommitPatiently(List<TRow> rows)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Commit(rows);
            }
            catch (NpgsqlException failure) when (failure.IsTransient && attempt < Tries)
            {
                await Task.Delay(s_pause * attempt, Clock);
            }
        }
    }
}
