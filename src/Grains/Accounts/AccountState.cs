using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GenerateSerializer, Alias("accounts.account.state")]
public sealed class AccountState
{
    private const int MostDevices = 50;

    [Id(0)]
    public EmailAddress? Email { get; set; }

    [Id(1)]
    public string Name { get; set; } = "";

    [Id(2)]
    public List<TenantId> Tenants { get; set; } = [];

    [Id(3)]
    public List<ListedSession> Sessions { get; set; } = [];

    /// <summary>Hashes of the cookies of browsers that signed in, last used last.</summary>
    [Id(4)]
    public List<string> Devices { get; set; } = [];

    /// <summary>A mail that has to follow the last write.</summary>
    [Id(5)]
    public NewDevice? NewDevice { get; set; }

    /// <summary>The monthly mail with the newest row of the log of promises.</summary>
    [Id(6)]
    public bool RefusesSeal { get; set; }

    /// <summary>When the next of it is to be forgotten: an address on the network, or a session that is over.</summary>
    public DateTimeOffset? ForgetsNext(TimeSpan ipLife) =>
        Sessions.Select(s => (DateTimeOffset?)(s.Ip is not null && s.StartedAt + ipLife < s.ExpiresAt ? s.StartedAt + ipLife : s.ExpiresAt)).Min();

    /// <summary>Whether this browser is one that never signed in. The first sign-in ever is no news; a browser that sends no cookie is never one we know.</summary>
    public bool IsNews(Visitor visitor) =>
        (Sessions.Count > 0 || Devices.Count > 0) && (visitor.DeviceKey is null || !Devices.Contains(visitor.DeviceKey));

    public void Remember(ListedSession session, Visitor visitor)
    {
        Sessions.Add(session);
        if (visitor.DeviceKey is not { } device)
            return;
        Devices.Remove(device);
        Devices.Add(device);
        if (Devices.Count > MostDevices)
            Devices.RemoveAt(0);
    }

    /// <summary>Drops sessions that are over and addresses on the network from before. True when there were any.</summary>
    public bool Forget(DateTimeOffset ipsBefore, DateTimeOffset now)
    {
        var changed = Sessions.RemoveAll(s => s.ExpiresAt <= now) > 0;
        foreach (var session in Sessions.Where(s => s.Ip is not null && s.StartedAt <= ipsBefore))
        {
            session.Ip = null;
            changed = true;
        }

        return changed;
    }
}

[GenerateSerializer, Alias("accounts.account.session")]
public sealed class ListedSession
{
    [Id(0)]
    public Guid Id { get; set; }

    [Id(1)]
    public string Key { get; set; } = "";

    [Id(2)]
    public string Device { get; set; } = "";

    [Id(3)]
    public string? Ip { get; set; }

    [Id(4)]
    public DateTimeOffset StartedAt { get; set; }

    [Id(5)]
    public DateTimeOffset LastSeenAt { get; set; }

    [Id(6)]
    public DateTimeOffset ExpiresAt { get; set; }
}

[GenerateSerializer, Alias("accounts.account.new-device")]
public sealed class NewDevice
{
    [Id(0)]
    public Guid Mail { get; set; }

    [Id(1)]
    public string Device { get; set; } = "";

    [Id(2)]
    public DateTimeOffset At { get; set; }
}
