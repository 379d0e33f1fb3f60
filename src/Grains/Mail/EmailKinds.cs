using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsoon.Mail;

/// <summary>Every kind of mail by the name it has on disk. Names are durable: never rename one.</summary>
public sealed class EmailKinds(IEnumerable<EmailKind> kinds)
{
    // Nothing of it ever stands in a page: what is escaped for pages would make mails twice as long and as slow.
    public static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, EmailKind> _byName = kinds.ToDictionary(kind => kind.Name);
    private readonly Dictionary<Type, string> _names = kinds.ToDictionary(kind => kind.Type, kind => kind.Name);

    public IEnumerable<EmailKind> All => _byName.Values;

    /// <summary>Whether such a mail goes to an address that anybody may have typed.</summary>
    public bool IsTyped(string name) => _byName[name].IsTyped;

    public string NameOf(Email email) => _names[email.GetType()];

    public Email Read(string name, JsonElement json) =>
        (Email?)json.Deserialize(_byName[name].Type, Json) ?? throw new JsonException($"A mail of kind {name} is empty.");
}

/// <param name="Example">What the preview page shows.</param>
public sealed record EmailKind(string Name, Type Type, Func<Email> Example)
{
    /// <summary>Whether a form causes it that anybody can fill in with anybody's address.</summary>
    public bool IsTyped { get; init; }

    /// <summary>What the preview of one about a test says first; null when it has none.</summary>
    public string? TestExample { get; init; }

    public static EmailKind Of<T>(string name, Func<T> example) where T : Email => new(name, typeof(T), example);
}
