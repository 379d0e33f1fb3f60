using System.Security.Cryptography;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;

namespace Backsoon.Booking;

/// <summary>What a calendar does with access that it had: hands it to a grain of its own, which says nothing of whose it was, and which tries until it is revoked.</summary>
internal sealed class AccessReturn(CalendarState state, IGrainFactory grains, RootKey rootKey, Keys keys)
{
    /// <summary>Until when it is tried; null when nothing is left to revoke.</summary>
    public async Task<DateTimeOffset?> Until() => state.Revocation is { } id ? await Grain(id).Look() : null;

    /// <summary>Notes what is to be given back; the state is written next.</summary>
    public async Task Prepare(CalendarConnection connection)
    {
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        (state.Revocation, state.Revoking, state.RevokingOf) = (id, rootKey.Wrap(Encoding.UTF8.GetBytes(connection.RefreshToken), $"revocation/{id:n}"), await Hash(connection.Email));
    }

    public async Task HandOver()
    {
        if (state is { Revocation: { } id, Revoking: { } wrapped } && await Grain(id).Begin(wrapped) is null)
            Forget();
        state.Revoking = null;
    }

    /// <summary>Revoking what somebody had before would take away what the same person has just given.</summary>
    public async Task Withdraw(EmailAddress email)
    {
        if (state.Revocation is { } id && state.RevokingOf == await Hash(email))
        {
            await Grain(id).Forget();
            Forget();
        }
    }

    public void Forget() => (state.Revocation, state.Revoking, state.RevokingOf) = (null, null, null);

    private IRevocationGrain Grain(Guid id) => grains.GetGrain<IRevocationGrain>($"revocation/{id:n}");

    private async Task<string> Hash(EmailAddress email) => (await keys.Current()).Of("google", email.Canonical);
}
