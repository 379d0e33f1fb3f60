using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Backsoon.Dispatch;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>Connections that want to hold something up: each is cut off in time, and others are served meanwhile.</summary>
[Collection(Desks.Name)]
public sealed class HostileConnectionTests(FrontDesk desk)
{
    private const string Post = "POST /sign-in HTTP/1.1\r\nHost: app.localhost\r\nOrigin: null\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    private static readonly HttpStatusCode[] s_refusals = [HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType];

    [Fact, Trait("Abuse", "33")]
    public async Task A_body_in_chunks_without_end_is_cut_off()
    {
        using var socket = await Connect();
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Post + "Transfer-Encoding: chunked\r\n\r\n"));
        var chunk = Encoding.ASCII.GetBytes($"4000\r\n{new string('a', 0x4000)}\r\n");
        var answer = new StreamReader(stream, Encoding.ASCII).ReadLineAsync();
        var sent = 0;
        try
        {
            for (; sent < 4_000 && !answer.IsCompleted; sent++)
                await stream.WriteAsync(chunk);
        }
        catch (IOException)
        {
            // Closed under our hands, which is as good.
        }

        Assert.True(sent < 1_000, $"{sent} chunks of 16 KB were taken.");
        if (await Line(answer) is { } line)
            Assert.Equal("413", line.Split(' ')[1]);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task Headers_that_come_a_letter_a_second_are_not_waited_for()
    {
        using var socket = await Connect();
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
        var answer = new StreamReader(stream, Encoding.ASCII).ReadLineAsync();
        var began = Stopwatch.StartNew();
        try
        {
            while (!answer.IsCompleted && began.Elapsed < FrontDesk.Patience)
            {
                await stream.WriteAsync("a"u8.ToArray());
                await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
            }
        }
        catch (IOException)
        {
            // Closed under our hands, which is as good.
        }

        Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(5), FrontDesk.Patience);
        if (await Line(answer) is { } line)
            Assert.Equal("408", line.Split(' ')[1]);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task A_body_that_says_it_is_packed_is_not_unpacked()
    {
        using var visitor = desk.Browser();
        var form = await visitor.Get("/sign-in");
        var filled = await Browser.Filled(form, new Dictionary<string, string?> { ["email"] = "packed@nobody.example" }).ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.SeeOther, await Send(filled, "identity"));
        // Whoever unpacked it would take this one, too.
        Assert.Contains(await Send(Packed(filled), "gzip"), s_refusals);

        var bomb = Packed(new byte[64 * 1024 * 1024]);
        Assert.InRange(bomb.Length, 1, 200 * 1024);
        Assert.Contains(await Send(bomb, "gzip"), s_refusals);

        async Task<HttpStatusCode> Send(byte[] body, string encoding)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/x-www-form-urlencoded");
            content.Headers.ContentEncoding.Add(encoding);
            return (await visitor.Post(form.Address.ToString(), content, follow: false)).Status;
        }
    }

    [Fact, Trait("Abuse", "42")]
    public async Task While_an_administrator_holds_the_table_a_request_is_told_in_time_and_sent_again_is_there_once()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        await using var administrator = NpgsqlDataSource.Create(desk.ConnectionString + ";Pooling=false");
        await using (var connection = await administrator.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("lock table dispatch in access exclusive mode", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            var began = Stopwatch.StartNew();
            var sending = caller.Submit(form, door.Typed());
            using var other = desk.Browser();
            Assert.Equal(HttpStatusCode.OK, (await other.Get("/sign-in")).Status);
            Assert.False(sending.IsCompleted);

            var refused = await sending;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
            Assert.NotNull(refused.Header("Retry-After"));
            Assert.InRange(began.Elapsed, TimeSpan.Zero, FrontDesk.Patience);
        }

        var status = await caller.Submit(form, door.Typed());
        Assert.StartsWith("/s/", status.Address.AbsolutePath, StringComparison.Ordinal);
        await door.Only();
    }

    private async Task<TcpClient> Connect()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, desk.Port);
        return socket;
    }

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(body);
        return packed.ToArray();
    }

    // Null when the connection was closed without a word.
    private static async Task<string?> Line(Task<string?> answer)
    {
        try
        {
            return await answer.WaitAsync(FrontDesk.Patience);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
