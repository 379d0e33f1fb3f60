namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class BoardTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Whoever_waits_is_woken_by_a_new_request_and_by_every_step()
    {
        var office = await Office.Open(backend, s_ten);
        var board = office.Scope.Board();
        var known = (await board.Open()).Version;

        var waiting = Enumerable.Range(0, 8).Select(_ => board.Wait(known)).ToArray();
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        var dispatch = await office.Submit();
        var versions = await Task.WhenAll(waiting);
        Assert.All(versions, version => Assert.NotEqual(known, version));
        Assert.Single((await board.Open()).Open);

        var next = board.Wait((await board.Open()).Version);
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        await next;
    }

    [Fact]
    public async Task Waiting_ends_in_time_without_a_change_and_at_once_when_one_was_missed()
    {
        var office = await Office.Open(backend, s_ten);
        var board = office.Scope.Board();
        var known = (await board.Open()).Version;

        Assert.Equal(known, await board.Wait(known - 1));
        var waiting = board.Wait(known);
        await Backend.Eventually(() =>
        {
            backend.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(waiting.IsCompleted);
        }, "the wait was over");
        Assert.Equal(known, await waiting);
    }

    [Fact]
    public async Task Urgent_and_old_ones_come_first_and_closed_ones_go_after_a_day()
    {
        var office = await Office.Open(backend, s_ten);
        var first = await office.Submit();
        backend.Clock.Advance(TimeSpan.FromSeconds(1));
        await office.Submit(office.Form("Second"));
        backend.Clock.Advance(TimeSpan.FromSeconds(1));
        await office.Submit(office.Form("Urgent", category: office.Urgent));

        var board = await office.Scope.Board().Open();
        Assert.Equal(["Urgent", "The tap drips.", "Second"], board.Open.Select(slip => slip.Text));
        Assert.Equal((3, office.Vendors[0].Name), (board.OpenTotal, board.Open[0].With));

        await first.Close("", office.Account);
        board = await office.Scope.Board().Open();
        Assert.Equal((2, "The tap drips."), (board.OpenTotal, Assert.Single(board.ClosedToday).Text));
        backend.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Empty((await office.Scope.Board().Open()).ClosedToday);
    }

    [Fact]
    public async Task Of_more_than_anybody_reads_the_most_pressing_are_shown_with_the_total()
    {
        var office = await Office.Open(backend, s_ten);
        await Task.WhenAll(Enumerable.Range(0, 520).Select(_ => Task.Run(() => office.Submit())));

        var board = await office.Scope.Board().Open();

        Assert.Equal((500, 520), (board.Open.Length, board.OpenTotal));
    }
}
