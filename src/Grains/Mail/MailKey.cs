using Backsoon.Accounts;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

/// <summary>Whether this process can read mails: with another root key than they are wrapped by none can be made, and all would be parked that are for a process with the right one.</summary>
public sealed class MailKey(IGrainFactory grains, RootKey rootKey, ILogger<MailKey> log)
{
    private volatile bool _isRight;

    public async Task<bool> IsRight()
    {
        if (_isRight)
            return true;
        Exception? reason = null;
        try
        {
            _isRight = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).IsWrappedBy(rootKey.Mark);
        }
        catch (InvalidOperationException refused)
        {
            reason = refused;
        }

        if (!_isRight)
            log.LogCritical(reason, "This process has another root key than the one mails are wrapped by; it sends none");
        return _isRight;
    }
}
