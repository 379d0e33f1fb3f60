using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Makes the mails about what people ask, with the links they carry. Who has given no address reads the same on their page.</summary>
public sealed class DataMails(Keys keys, Site site, TimeProvider clock)
{
    // A word the owner knows, in lists of mails.
    private const string Asker = "Whoever asked";

    public async Task<OutgoingMail> Link(TenantProfile profile, EmailAddress address)
    {
        var now = clock.GetUtcNow();
        var until = now + IDataRequestsGrain.LinkLife;
        var token = (await keys.Current()).Tokens.Sign(TokenPurpose.YourData, until, profile.Id.Value, address.Value);
        var email = new DataLinkEmail(profile.Settings.BusinessName, Contact(profile), site.Desk(profile.Slug, $"/your-data/{token}"), Period.Say(IDataRequestsGrain.LinkLife));
        return new(Guid.CreateVersion7(now), MailPriority.Normal, address, OutgoingMail.Caller, email) { Tenant = profile.Id, UselessAfter = until };
    }

    public IReadOnlyList<OutgoingMail> Asked(TenantProfile profile, DataRequest request)
    {
        var email = new DataAskedEmail(profile.Settings.BusinessName, request.Reference, request.Wish, request.DueAt, profile.Settings.ZoneId, site.Desk(profile.Slug, "/your-data"));
        return [ToOwner(profile, request, "asked"), .. ToAsker(profile, request, "confirmed", email, request.DueAt)];
    }

    public OutgoingMail Due(TenantProfile profile, DataRequest request) => ToOwner(profile, request, "due");

    public async Task<IReadOnlyList<OutgoingMail>> Answered(TenantProfile profile, DataRequest request, DataOutcome outcome, string? reason, DateTimeOffset? until)
    {
        var link = until is { } end ? site.Desk(profile.Slug, $"/your-copy/{(await keys.Current()).Tokens.Sign(TokenPurpose.YourCopy, end, profile.Id.Value, $"{request.Id:n}")}") : null;
        var email = new DataAnsweredEmail(profile.Settings.BusinessName, Contact(profile), request.Reference, outcome, reason, link, until, profile.Settings.ZoneId);
        return [.. ToAsker(profile, request, "answered", email, until ?? clock.GetUtcNow() + IDataRequestsGrain.Warning)];
    }

    private OutgoingMail ToOwner(TenantProfile profile, DataRequest request, string what) => new(
        OutgoingMail.IdOf($"{request.Id:n}/{what}"), MailPriority.Urgent, profile.Settings.Owner.Email, "Owner",
        new DataRequestEmail(profile.Settings.BusinessName, request.Reference, request.Wish, request.DueAt, what == "due", profile.Settings.ZoneId, site.App($"/data-requests/{request.Id}")))
    {
        Tenant = profile.Id,
    };

    private static IEnumerable<OutgoingMail> ToAsker(TenantProfile profile, DataRequest request, string what, Email email, DateTimeOffset until) => request.Who?.Email is { } address
        ? [new OutgoingMail(OutgoingMail.IdOf($"{request.Id:n}/{what}"), MailPriority.Normal, address, Asker, email) { Tenant = profile.Id, UselessAfter = until }]
        : [];

    private static string Contact(TenantProfile profile) => profile.Settings.Owner is { Phone: { Length: > 0 } phone } owner ? $"{owner.Name}, {owner.Email}, {phone}" : $"{profile.Settings.Owner.Name}, {profile.Settings.Owner.Email}";
}
