using Backsoon.Tenants;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backsoon.Dispatch;

public sealed class BoardFeedTests
{
    private static readonly TenantId s_tenant = new("tenant_1");
    private readonly ScriptedBoard _board = new();
    private readonly CancellationTokenSource _stop = new(FrontDesk.Patience);

    [Fact]
    public async Task One_call_waits_however_many_watch()
    {
        var feed = new BoardFeed(new OneBoard(_board), NullLogger<BoardFeed>.Instance);
        var followers = Enumerable.Range(0, 50).Select(_ => feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator()).ToArray();
        var first = followers.Select(follower => follower.MoveNextAsync().AsTask()).ToArray();
        await _board.Asked(1);
        _board.Answer(7);
        await Task.WhenAll(first);
        Assert.All(followers, follower => Assert.Equal(7, follower.Current));

        var second = followers.Select(follower => follower.MoveNextAsync().AsTask()).ToArray();
        await _board.Asked(2);
        _board.Answer(8);
        await Task.WhenAll(second);

        Assert.All(followers, follower => Assert.Equal(8, follower.Current));
        Assert.Equal(1, _board.MostAtOnce);
        Assert.Equal([-1, 7, 8], (await _board.Asked(3)).Take(3));
    }

    [Fact]
    public async Task Who_comes_later_is_told_the_version_without_a_further_call()
    {
        var feed = new BoardFeed(new OneBoard(_board), NullLogger<BoardFeed>.Instance);
        await using var early = feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator();
        var told = early.MoveNextAsync();
        await _board.Asked(1);
        _board.Answer(7);
        await told;
        await _board.Asked(2);

        await using var late = feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator();

        Assert.True(await late.MoveNextAsync());
        Assert.Equal(7, late.Current);
        Assert.Equal(2, (await _board.Asked(2)).Count);
    }

    [Fact]
    public async Task When_nobody_watches_nobody_waits()
    {
        var feed = new BoardFeed(new OneBoard(_board), NullLogger<BoardFeed>.Instance);
        await using (var only = feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator())
        {
            var told = only.MoveNextAsync();
            await _board.Asked(1);
            _board.Answer(7);
            await told;
            await _board.Asked(2);
        }

        await _board.AnswerAndSettle(8);
        Assert.Equal(2, (await _board.Asked(2)).Count);

        await using var next = feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator();
        var again = next.MoveNextAsync();
        Assert.Equal(-1, (await _board.Asked(3))[2]);
        _board.Answer(9);
        Assert.True(await again);
    }

    [Fact]
    public async Task A_board_that_cannot_be_watched_ends_the_streams()
    {
        var feed = new BoardFeed(new OneBoard(_board), NullLogger<BoardFeed>.Instance);
        await using var follower = feed.Follow(s_tenant, _stop.Token).GetAsyncEnumerator();
        var told = follower.MoveNextAsync();
        await _board.Asked(1);
        _board.Fail(new TimeoutException("The board does not answer."));

        Assert.False(await told);
    }

    [Fact]
    public async Task A_stream_that_is_stopped_ends_quietly()
    {
        var feed = new BoardFeed(new OneBoard(_board), NullLogger<BoardFeed>.Instance);
        using var stop = new CancellationTokenSource();
        await using var follower = feed.Follow(s_tenant, stop.Token).GetAsyncEnumerator();
        var told = follower.MoveNextAsync();
        await stop.CancelAsync();

        Assert.False(await told);
    }

    private sealed class ScriptedBoard : IBoardGrain
    {
        private readonly List<long> _asked = [];
        private readonly SemaphoreSlim _calls = new(0);
        private TaskCompletionSource<long> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public int MostAtOnce { get; private set; }

        public async Task<long> Wait(long known)
        {
            Task<long> answer;
            lock (_asked)
            {
                _asked.Add(known);
                MostAtOnce = Math.Max(MostAtOnce, ++_waiting);
                answer = _answer.Task;
            }

            _calls.Release();
            var version = await answer;
            lock (_asked)
                _waiting--;
            return version;
        }

        public void Answer(long version) => Turn(answer => answer.SetResult(version));

        public void Fail(Exception failure) => Turn(answer => answer.SetException(failure));

        /// <summary>Answers, and gives whoever would ask again the time to.</summary>
        public async Task AnswerAndSettle(long version)
        {
            Answer(version);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        /// <summary>What was asked, once it was asked so often.</summary>
        public async Task<IReadOnlyList<long>> Asked(int times)
        {
            while (true)
            {
                lock (_asked)
                {
                    if (_asked.Count >= times)
                        return [.. _asked];
                }

                Assert.True(await _calls.WaitAsync(FrontDesk.Patience));
            }
        }

        public Task Changed() => throw new NotSupportedException();

        public Task<BoardView> Open() => throw new NotSupportedException();

        private void Turn(Action<TaskCompletionSource<long>> answer)
        {
            TaskCompletionSource<long> old;
            lock (_asked)
                (old, _answer) = (_answer, new(TaskCreationOptions.RunContinuationsAsynchronously));
            answer(old);
        }
    }

    private sealed class OneBoard(IBoardGrain board) : IGrainFactory
    {
        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey => (TGrainInterface)board;
    }
}
