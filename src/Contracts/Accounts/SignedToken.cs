using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Accounts;

/// <summary>Signed, dated tokens: <c>payload.signature</c>, HMAC-SHA256 under a key of the ring that the payload names (R11, R12).</summary>
/// <remarks>The purpose is signed with the payload and not carried in it, so a token made for one purpose reads as forged for any other.</remarks>
/// <param name="Keys">The one that signs first.</param>
/// <param name="SignsUntil">No token these keys sign may be good for longer: the ring forgets a key after that.</param>
[GenerateSerializer, Immutable, Alias("accounts.token-keys")]
public sealed record TokenKeys(ImmutableArray<TokenKey> Keys, DateTimeOffset SignsUntil)
{
    /// <summary>No token is signed for longer: this is how long a key goes on verifying after another took over.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(400);

    // 32 bytes in base64url.
    private const int SignatureLength = 43;
    private const int Longest = 2048;

    /// <param name="purpose">One of <see cref="TokenPurpose"/>.</param>
    /// <param name="expires">After this instant the token reads as expired.</param>
    /// <param name="parts">What the token says; no part may contain a line break.</param>
    public string Sign(string purpose, DateTimeOffset expires, params ReadOnlySpan<string> parts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expires, SignsUntil);
        var key = Keys[0];
        var payload = Encoding.UTF8.GetBytes($"{key.Id}\n{expires.ToUnixTimeSeconds()}\n{string.Join('\n', parts)}");
        var signed = purpose.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var length = signed + 1 + SignatureLength;
        var text = length <= Longest ? stackalloc byte[length] : new byte[length];
        Mark(purpose, text);
        Base64Url.EncodeToUtf8(payload, text[(purpose.Length + 1)..]);
        text[signed] = (byte)'.';
        Mac(key, text[..signed], text[(signed + 1)..]);
        return Encoding.ASCII.GetString(text[(purpose.Length + 1)..]);
    }

    public TokenReading Read(string purpose, string? token, DateTimeOffset now)
    {
        if (token is null or { Length: > Longest } || token.IndexOf('.') is var dot && (dot < 1 || !Base64Url.IsValid(token.AsSpan(0, dot)) || !Base64Url.IsValid(token.AsSpan(dot + 1))))
            return TokenReading.Forged;

        var encoded = token.AsSpan(0, dot);
        var fields = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded)).Split('\n');
        var key = Keys.FirstOrDefault(k => k.Id == fields[0]);
        if (key is null || fields.Length < 2 || !long.TryParse(fields[1], out var expires))
            return TokenReading.Forged;

        // The text is compared, not the bytes: base64 has several spellings of its last character, and any changed byte is to be refused.
        var signed = purpose.Length + 1 + encoded.Length;
        Span<byte> text = stackalloc byte[signed];
        Mark(purpose, text);
        Encoding.ASCII.GetBytes(encoded, text[(purpose.Length + 1)..]);
        Span<byte> expected = stackalloc byte[SignatureLength];
        Mac(key, text, expected);
        Span<byte> given = stackalloc byte[token.Length - dot - 1];
        Encoding.ASCII.GetBytes(token.AsSpan(dot + 1), given);
        if (!CryptographicOperations.FixedTimeEquals(expected, given))
            return TokenReading.Forged;

        var parts = ImmutableArray.Create(fields, 2, fields.Length - 2);
        return now.ToUnixTimeSeconds() <= expires ? new TokenReading(TokenStanding.Valid, parts) : new TokenReading(TokenStanding.Expired, parts);
    }

    // What is signed is the purpose, a line break and the payload as it stands in the token.
    private static void Mark(string purpose, Span<byte> text)
    {
        Encoding.ASCII.GetBytes(purpose, text);
        text[purpose.Length] = (byte)'\n';
    }

    private static void Mac(TokenKey key, ReadOnlySpan<byte> signed, Span<byte> signature)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        KeyedHash.Write(key.Bytes, signed, mac);
        Base64Url.EncodeToUtf8(mac, signature);
    }
}

/// <param name="Id">Names the key inside tokens; never a secret.</param>
/// <param name="Bytes">32 bytes.</param>
[GenerateSerializer, Immutable, Alias("accounts.token-key")]
public sealed record TokenKey(string Id, byte[] Bytes);

/// <summary>Only a <see cref="TokenStanding.Valid"/> reading may be acted on; an expired one may still be explained to whoever holds it.</summary>
public readonly record struct TokenReading(TokenStanding Standing, ImmutableArray<string> Parts)
{
    public static readonly TokenReading Forged = new(TokenStanding.Forged, []);

    public bool IsValid => Standing == TokenStanding.Valid;
}

public enum TokenStanding
{
    Forged,
    Expired,
    Valid,
}

/// <summary>What a token may be used for. These words are signed into links in people's mailboxes: never rename one.</summary>
public static class TokenPurpose
{
    /// <summary>A caller's form: tenant, dispatch id, unix seconds of rendering.</summary>
    public const string DeskForm = "desk-form";
    /// <summary>A caller's status page: tenant, dispatch id.</summary>
    public const string Status = "status";
    /// <summary>A vendor's right to see one dispatch: tenant, dispatch id, vendor id.</summary>
    public const string See = "see";
    public const string Accept = "accept";
    public const string Decline = "decline";
    public const string OnMyWay = "on-my-way";
    public const string Done = "done";
    /// <summary>A form in which a caller adds a message: tenant, dispatch id, message id.</summary>
    public const string CallerMessage = "caller-message";
    /// <summary>The same for a vendor: tenant, dispatch id, vendor id, message id.</summary>
    public const string VendorMessage = "vendor-message";
    /// <summary>A vendor's right to see one photo: tenant, dispatch id, vendor id, photo id.</summary>
    public const string Photo = "photo";
    /// <summary>A vendor's personal link: tenant, vendor id, the link's number.</summary>
    public const string VendorDesk = "vendor-desk";
    /// <summary>Its form: the same.</summary>
    public const string VendorAway = "vendor-away";
    /// <summary>A guest's right to see one appointment: tenant, appointment id.</summary>
    public const string Appointment = "appointment";
    /// <summary>A host's private calendar: tenant, host id, the link's number.</summary>
    public const string CalendarFeed = "calendar-feed";
    /// <summary>A guest's form: tenant, id of the appointment to be, the appointment that is moved or nothing, unix seconds of rendering; once a time is kept also service, host, its start, the guest's zone, until when.</summary>
    public const string BookForm = "book-form";
    /// <summary>The button that cancels an appointment: tenant, appointment id.</summary>
    public const string AppointmentCancel = "appointment-cancel";
    /// <summary>A mailed link that confirms the deletion of a business: tenant, deletion id.</summary>
    public const string ConfirmDeletion = "confirm-deletion";
    /// <summary>Whoever has it sees how a deletion goes, and may undo it in time: tenant, deletion id.</summary>
    public const string Deletion = "deletion";
    /// <summary>Whoever has it downloads an archive: tenant, archive id.</summary>
    public const string Archive = "archive";
    /// <summary>Whoever has it ends the monthly mails of an account: account.</summary>
    public const string SealStop = "seal-stop";
    /// <summary>A mailed link to what a business keeps of an address: tenant, the address.</summary>
    public const string YourData = "your-data";
    /// <summary>The form that asks for such a link: tenant.</summary>
    public const string YourDataForm = "your-data-form";
    /// <summary>Whoever has it downloads everything about one person: tenant, data request id.</summary>
    public const string YourCopy = "your-copy";
    /// <summary>A form of a signed-in person: session key.</summary>
    public const string AppForm = "app-form";
    /// <summary>A form of a signed-in operator: session key, the path it is sent to.</summary>
    public const string ConsoleForm = "console-form";
    /// <summary>A form of somebody not signed in (sign-up, sign-in, code): the form's name.</summary>
    public const string PublicForm = "public-form";
}
