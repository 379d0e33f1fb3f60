using System.Diagnostics;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class BoardEventsTests(FrontDesk desk)
{
    [Fact]
    public async Task A_request_is_told_to_an_open_board_at_once()
    {
        var business = await Business.Open(desk);
        using var events = await Events.Open(business);
        var first = await events.Next();
        await business.Send("Locks and keys");

        var watch = Stopwatch.StartNew();
        var second = await events.Next();

        Assert.NotEqual(first, second);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.NotNull((await business.Browser.Get("/board/slips")).Document.QuerySelector(".slip"));
    }

    [Fact]
    public async Task What_happens_at_one_business_is_not_told_to_another()
    {
        var (one, other) = (await Business.Open(desk), await Business.Open(desk));
        using var events = await Events.Open(other);
        var first = await events.Next();
        await one.Send("Locks and keys");

        // What comes next, at the latest after the grain's patience, is the heartbeat: the same version.
        Assert.Equal(first, await events.Next());
    }

    [Fact]
    public async Task The_version_of_the_page_is_the_version_that_is_told()
    {
        var business = await Business.Open(desk);
        using var events = await Events.Open(business);

        Assert.Equal((await business.Browser.Get("/")).Document.GetElementById("board")!.GetAttribute("data-version"), await events.Next());
    }

    private sealed class Events(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public static async Task<Events> Open(Business business)
        {
            var response = await business.Browser.Open("/board/events");
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new Events(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        public async Task<string> Next()
        {
            using var late = new CancellationTokenSource(FrontDesk.Patience);
            while (await reader.ReadLineAsync(late.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return line["data: ".Length..];
            }

            throw new InvalidOperationException("The stream ended.");
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
