using Backsoon.Accounts;
using Backsoon.Promises;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

/// <summary>Whether this process may send what waits.</summary>
public sealed class MailReadiness(IGrainFactory grains, RootKey rootKey, ILogger<MailReadiness> log)
{
    private volatile bool _isReady;

    /// <summary>With another root key than they are wrapped by no mail can be made, and all would be parked that are for a process with the right one.</summary>
    public async Task<bool> IsReady()
    {
        if (_isReady)
            return true;
        var (isRight, reason) = (false, (Exception?)null);
        try
        {
            isRight = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).IsWrappedBy(rootKey.Mark);
        }
        catch (InvalidOperationException refused)
        {
            reason = refused;
        }

        if (!isRight)
        {
            log.LogCritical(reason, "This process has another root key than the one mails are wrapped by; it sends none");
            return false;
        }

        // After a long time away, what waits may name a day that has to be a later one by now: withdrawn before it goes out, whoever woke the pump first.
        await grains.GetGrain<IPolicyGrain>(IPolicyGrain.Key).Start();
        return _isReady = true;
    }
}
