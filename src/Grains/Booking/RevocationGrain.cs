using System.Text;
using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Booking;

[GrainType("revocation")]
public sealed class RevocationGrain([PersistentState("revocation")] IPersistentState<RevocationState> stored, CalendarKeepers keepers, RootKey rootKey, TimeProvider clock, ILogger<RevocationGrain> log)
    : StoredGrain<RevocationState>(stored), IRevocationGrain, IRemindable
{
    private const string Retry = "retry";

    /// <summary>Within the week in which whatever is deleted is gone (R34).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromDays(6);
    private static readonly TimeSpan s_seldom = TimeSpan.FromHours(6);

    public async Task<DateTimeOffset?> Begin(byte[] wrapped)
    {
        if (State.Wrapped is null)
        {
            await this.RegisterOrUpdateReminder(Retry, s_seldom, s_seldom);
            (State.Wrapped, State.Until) = (wrapped, clock.GetUtcNow() + Deadline);
            await Write();
            await Try();
        }

        return await Look();
    }

    public Task<DateTimeOffset?> Look() => LeavingNothing<DateTimeOffset?>(Exists ? State.Until : null);

    public Task Forget() => End();

    public Task ReceiveReminder(string reminderName, TickStatus status) => Exists ? Try() : End();

    private async Task Try()
    {
        var answer = keepers.Google is { } google ? await google.Revoke(Encoding.UTF8.GetString(rootKey.Unwrap(State.Wrapped!, this.GetPrimaryKeyString()))) : new GoogleAnswer<bool>.Later("This installation has no access to Google.");
        var over = clock.GetUtcNow() >= State.Until;
        if (answer is GoogleAnswer<bool>.Given || over)
        {
            if (answer is not GoogleAnswer<bool>.Given)
                log.LogError("An access that was disconnected could not be revoked at Google within {Days} days and is forgotten here", Deadline.TotalDays);
            await End();
        }
        else
        {
            State.Attempts++;
            await Write();
            var wait = RetrySchedule.AfterAttempt(State.Attempts, (answer as GoogleAnswer<bool>.Later)?.After, Random.Shared.NextDouble()) ?? s_seldom;
            await this.RegisterOrUpdateReminder(Retry, wait < State.Until - clock.GetUtcNow() ? wait : State.Until - clock.GetUtcNow(), s_seldom);
        }
    }

    private async Task End()
    {
        if (Exists)
            await Clear();
        await this.Unremind(Retry);
        DeactivateOnIdle();
    }
}

[GenerateSerializer, Alias("booking.revocation.state")]
public sealed class RevocationState
{
    /// <summary>What gives access, wrapped by the root key.</summary>
    [Id(0)]
    public byte[]? Wrapped { get; set; }

    [Id(1)]
    public DateTimeOffset Until { get; set; }

    [Id(2)]
    public int Attempts { get; set; }
}
