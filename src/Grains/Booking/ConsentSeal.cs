using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Booking;

/// <summary>What goes to Google and comes back with the answer: sealed by the root key for one calendar, so that nobody can make, read or move one.</summary>
internal sealed class ConsentSeal(RootKey rootKey, string calendarKey, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private string Row => $"{calendarKey}/consent";

    /// <param name="session">Who may come back with it.</param>
    public string Close(string session, string verifier) =>
        $"{calendarKey[(calendarKey.LastIndexOf('/') + 1)..]}.{Base64Url.EncodeToString(rootKey.Wrap(JsonSerializer.SerializeToUtf8Bytes(new Sealed(session, verifier, clock.GetUtcNow() + Life)), Row))}";

    /// <summary>The verifier and until when it is good; null when it was not made here for this session, or too long ago.</summary>
    public (string Verifier, DateTimeOffset Until)? Open(string session, string state)
    {
        var text = state.AsSpan(state.IndexOf('.') + 1);
        if (!Base64Url.IsValid(text))
            return null;
        try
        {
            var opened = JsonSerializer.Deserialize<Sealed>(rootKey.Unwrap(Base64Url.DecodeFromChars(text), Row));
            return opened is not null && opened.Session == session && opened.Until > clock.GetUtcNow() ? (opened.Verifier, opened.Until) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Sealed(string Session, string Verifier, DateTimeOffset Until);
}
