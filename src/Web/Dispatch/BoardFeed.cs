using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Tells browsers which version a board has: one waiting grain call per tenant and node, however many watch.</summary>
public sealed class BoardFeed(IGrainFactory grains, ILogger<BoardFeed> logger)
{
    private readonly Dictionary<TenantId, Watch> _watches = [];
    private readonly Lock _gate = new();

    /// <summary>The version now, each new one, and the same one again at least every 20 s: that is the heartbeat. Ends without an exception.</summary>
    public async IAsyncEnumerable<long> Follow(TenantId tenant, [EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(tenant, channel);
        try
        {
            while (await HasMore(channel.Reader, stop))
            {
                while (channel.Reader.TryRead(out var version))
                    yield return version;
            }
        }
        finally
        {
            Leave(tenant, channel);
        }
    }

    private void Join(TenantId tenant, Channel<long> channel)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(tenant, out var watch))
            {
                if (watch.Version is { } version)
                    channel.Writer.TryWrite(version);
            }
            else
            {
                _watches.Add(tenant, watch = new Watch());
                _ = Run(tenant, watch);
            }

            watch.Followers.Add(channel);
        }
    }

    // The call that is waiting is left to end by itself; whoever joins before it does finds it.
    private void Leave(TenantId tenant, Channel<long> channel)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(tenant, out var watch))
                watch.Followers.Remove(channel);
        }
    }

    private async Task Run(TenantId tenant, Watch watch)
    {
        await Task.Yield();
        try
        {
            var board = grains.For(tenant).Board();
            while (Tell(tenant, watch, await board.Wait(watch.Version ?? -1)))
            {
            }
        }
        catch (Exception failure)
        {
            // The end of their stream tells the browsers, which say "not live" and come back.
            logger.LogWarning(failure, "A board could not be watched.");
            lock (_gate)
            {
                _watches.Remove(tenant);
                watch.Followers.ForEach(follower => follower.Writer.TryComplete());
            }
        }
    }

    private bool Tell(TenantId tenant, Watch watch, long version)
    {
        lock (_gate)
        {
            watch.Version = version;
            watch.Followers.ForEach(follower => follower.Writer.TryWrite(version));
            return watch.Followers.Count > 0 || !_watches.Remove(tenant);
        }
    }

    private static async ValueTask<bool> HasMore(ChannelReader<long> reader, CancellationToken stop)
    {
        try
        {
            return await reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Watch
    {
        public List<Channel<long>> Followers { get; } = [];

        public long? Version { get; set; }
    }
}
