using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>Who asks about their data: whoever reads the mail of an address, or, where somebody gave none, whoever has the link of their one request.</summary>
/// <param name="Dispatch">That request; counts only while it has no address.</param>
[GenerateSerializer, Immutable, Alias("promises.data-subject")]
public sealed record DataSubject(EmailAddress? Email, Guid? Dispatch)
{
    public static DataSubject Of(EmailAddress email) => new(email, null);

    public static DataSubject OfRequest(Guid dispatch) => new(null, dispatch);

    /// <summary>The same for every spelling of the address.</summary>
    public string Key => Email is { } email ? email.Canonical : $"dispatch/{Dispatch:n}";
}
