using System.Collections.Concurrent;
using System.Threading.Channels;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

public sealed class GatheringWriterTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_row_alone_is_committed_at_once_and_what_arrives_meanwhile_goes_together()
    {
        await using var writer = new Slow();
        var first = writer.Write(1);
        var commit = await writer.Next();
        Assert.Equal([1], commit.Rows);
        var others = Enumerable.Range(2, 5).Select(writer.Write).ToList();
        Assert.Empty(writer.UnderWay);
        commit.Done();
        Assert.Equal("1", await first.WaitAsync(s_patience));

        commit = await writer.Next();
        Assert.Equal([2, 3, 4, 5, 6], commit.Rows);
        commit.Done();
        Assert.Equal(["2", "3", "4", "5", "6"], await Task.WhenAll(others).WaitAsync(s_patience));
    }

    [Fact]
    public async Task Another_commit_begins_beside_the_first_when_enough_rows_wait()
    {
        await using var writer = new Slow();
        var rows = new List<Task<string>> { writer.Write(0) };
        var first = await writer.Next();
        rows.AddRange(Enumerable.Range(1, 100).Select(writer.Write));
        var second = await writer.Next();
        Assert.InRange(second.Rows.Count, 2, 100);

        // Whatever the order in which they end, nothing is left behind.
        second.Done();
        first.Done();
        while (!rows.TrueForAll(row => row.IsCompleted))
            await Task.WhenAny(Task.WhenAll(rows), Finish());
        Assert.Equal(Enumerable.Range(0, 101).Select(row => $"{row}"), await Task.WhenAll(rows));

        async Task Finish() => (await writer.Next()).Done();
    }

    [Fact]
    public async Task No_commit_takes_more_than_it_may()
    {
        const int Rows = 1_000;
        await using var writer = new Slow { EndsAtOnce = true };
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(row => Task.Run(() => writer.Write(row)))).WaitAsync(s_patience);
        Assert.Equal(Rows, writer.Sizes.Sum());
        Assert.All(writer.Sizes, size => Assert.InRange(size, 1, Slow.MostPerCommit));
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_takes_none_of_its_company_with_it()
    {
        await using var writer = new Slow { EndsAtOnce = true, Refused = 7 };
        var rows = Enumerable.Range(0, 20).Select(writer.Write).ToArray();
        await Task.WhenAll(rows).WaitAsync(s_patience).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(rows.Where((_, row) => row != 7), row => Assert.True(row.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<PostgresException>(() => rows[7]);
    }

    [Fact]
    public async Task What_waits_is_committed_before_it_closes_and_nothing_after()
    {
        var writer = new Slow();
        var row = writer.Write(1);
        var commit = await writer.Next();
        var waiting = writer.Write(2);
        var closing = writer.DisposeAsync();
        Assert.False(closing.IsCompleted);
        commit.Done();
        (await writer.Next()).Done();
        await closing;
        Assert.Equal(["1", "2"], await Task.WhenAll(row, waiting));
        await Assert.ThrowsAsync<NpgsqlException>(() => writer.Write(3));
    }

    private sealed class Slow() : GatheringWriter<int, string>(TimeProvider.System)
    {
        private readonly Channel<Commitment> _begun = Channel.CreateUnbounded<Commitment>();

        public bool EndsAtOnce { get; init; }

        public int? Refused { get; init; }

        public ConcurrentBag<int> Sizes { get; } = [];

        /// <summary>Begun, and not yet taken by <see cref="Next"/>.</summary>
        public IReadOnlyList<Commitment> UnderWay => _begun.Reader.TryPeek(out var next) ? [next] : [];

        public async Task<Commitment> Next() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

        protected override async Task<string[]> Commit(IReadOnlyList<int> rows)
        {
            Sizes.Add(rows.Count);
            if (Refused is { } refused && rows.Contains(refused))
                throw new PostgresException("refused", "ERROR", "ERROR", "23505");
            if (!EndsAtOnce)
            {
                var commitment = new Commitment([.. rows]);
                await _begun.Writer.WriteAsync(commitment);
                await commitment.Ended;
            }

            return [.. rows.Select(row => $"{row}")];
        }
    }

    private sealed class Commitment(IReadOnlyList<int> rows)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<int> Rows => rows;

        public Task Ended => _ended.Task;

        public void Done() => _ended.SetResult();
    }
}
