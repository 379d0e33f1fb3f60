using System.Threading.Channels;
using Npgsql;

namespace Backsoon.Storage;

/// <summary>Gathers rows that arrive together and commits them in one statement: while one commit is under way, the next one fills up.</summary>
/// <remarks>
/// One per process and kind of row; grains await it, and it is no grain. Completion sources continue asynchronously, so a grain resumes on its own scheduler.
/// Rows carry an idempotency key, so a commit whose answer was lost is simply made again.
/// </remarks>
public abstract class GatheringWriter<TRow, TResult> : IAsyncDisposable
{
    public const int MostPerCommit = 128;

    // Two commits under way keep the processor busy while the disk syncs; more only makes smaller batches.
    private const int Lanes = 2;

    private const int Waiting = 10_000;
    private const int Tries = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<(TRow Row, TaskCompletionSource<TResult> Done)> _arrivals = Channel.CreateBounded<(TRow, TaskCompletionSource<TResult>)>(Waiting);
    private readonly Task _lanes;

    protected GatheringWriter(TimeProvider clock)
    {
        Clock = clock;
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(Run)));
    }

    protected TimeProvider Clock { get; }

    /// <summary>Completes when the row is durable.</summary>
    /// <exception cref="NpgsqlException">The database refused this row or could not be reached; nothing of it was acknowledged.</exception>
    public async Task<TResult> Write(TRow row)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Better refused at once than queued behind a database that cannot keep up.
        if (!_arrivals.Writer.TryWrite((row, done)))
            throw new NpgsqlException("Too many rows wait to be written.");
        return await done.Task;
    }

    /// <summary>Commits the rows in one transaction and says for each what came of it, in order.</summary>
    protected abstract Task<TResult[]> Commit(IReadOnlyList<TRow> rows);

    public async ValueTask DisposeAsync()
    {
        _arrivals.Writer.TryComplete();
        await _lanes;
        GC.SuppressFinalize(this);
    }

    private async Task Run()
    {
        var gathered = new List<(TRow Row, TaskCompletionSource<TResult> Done)>(MostPerCommit);
        while (await _arrivals.Reader.WaitToReadAsync())
        {
            gathered.Clear();
            while (gathered.Count < MostPerCommit && _arrivals.Reader.TryRead(out var arrival))
                gathered.Add(arrival);
            if (gathered.Count > 0)
                await CommitOrSplit(gathered);
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
