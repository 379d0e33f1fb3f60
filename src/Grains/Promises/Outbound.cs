using System.Net.Sockets;

namespace Backsoon.Promises;

/// <summary>The only way out: every connection the product opens to somebody else is made here, for one third party, and reaches no host but theirs.</summary>
public static class Outbound
{
    /// <summary>Follows nobody elsewhere, and keeps no cookies.</summary>
    public static HttpMessageHandler Handler(ThirdParty party) => new Gate(party)
    {
        InnerHandler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, UseCookies = false },
    };

    public static HttpClient Client(ThirdParty party, Uri address) => new(Handler(party)) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 4 << 20 };

    public static async Task<TcpClient> Connect(ThirdParty party, string host, int port, CancellationToken cancellation)
    {
        Check(party, host);
        var socket = new TcpClient { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Check(ThirdParty party, string? host)
    {
        if (host is null || !party.Has(host))
            throw new InvalidOperationException($"{host} is none of the addresses of {party.Name} that the privacy page names ({string.Join(", ", party.Hosts)}): nothing is sent there.");
    }

    private sealed class Gate(ThirdParty party) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Check(party, request.RequestUri?.Host);
            return base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Check(party, request.RequestUri?.Host);
            return base.Send(request, cancellationToken);
        }
    }
}
