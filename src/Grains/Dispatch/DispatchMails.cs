using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Makes mails of notices, with the signed links they carry.</summary>
public sealed class DispatchMails(Keys keys, Site site)
{
    private static readonly TimeSpan s_vendorLinkLife = TimeSpan.FromDays(60);
    private static readonly TimeSpan s_callerLinkLife = TimeSpan.FromDays(400);

    public async ValueTask<ImmutableArray<OutgoingMail>> Of(Chain chain, TenantProfile profile, DateTimeOffset now)
    {
        var notices = chain.Notices;
        if (notices.Count == 0)
            return [];

        var ring = await keys.Current();
        var mails = ImmutableArray.CreateBuilder<OutgoingMail>(notices.Count);
        foreach (var notice in notices)
            mails.Add(Of(chain, notice, profile, ring.Tokens, now));
        return mails.MoveToImmutable();
    }

    /// <summary>A vendor's personal link.</summary>
    public static string DeskLink(Site site, TenantProfile profile, TokenKeys tokens, Guid vendor, int link, DateTimeOffset now) =>
        site.Desk(profile.Slug, $"/vendor/{tokens.Sign(TokenPurpose.VendorDesk, now + IVendorDeskGrain.LinkLife, profile.Id.Value, vendor.ToString("n"), $"{link}")}");

    private OutgoingMail Of(Chain chain, Notice notice, TenantProfile profile, TokenKeys tokens, DateTimeOffset now)
    {
        var request = chain.Request;
        var (business, owner, zone) = (profile.Settings.BusinessName, profile.Settings.Owner, profile.Settings.ZoneId);
        // Who is waited for has not been asked.
        var asked = request.Status == DispatchStatus.Waiting ? null : request.WithName;
        var facts = RequestFacts.Of(request, profile.Settings.Nouns);
        return notice switch
        {
            Notice.Ask ask => ToVendor(ask.Vendor, new VendorRequestEmail(business, owner, ask.Vendor.Name, facts, ask.AnswerBy, zone, VendorLink(ask.Vendor), Desk(ask.Vendor))),
            Notice.Remind remind => ToVendor(remind.Vendor, new VendorReminderEmail(business, owner, remind.Vendor.Name, facts, remind.AnswerBy, zone, VendorLink(remind.Vendor), Desk(remind.Vendor))),
            Notice.NoLongerNeeded over => ToVendor(over.Vendor, new RequestTakenEmail(business, owner, over.Vendor.Name, over.Reason, facts.Title(), request.Reference, Desk(over.Vendor))),
            Notice.OpenAgain again => ToVendor(again.Vendor, new RequestReopenedEmail(business, owner, again.Vendor.Name, facts, VendorLink(again.Vendor), Desk(again.Vendor))),
            Notice.AskOwner ask => ToOwner(new OwnerAskedEmail(business, facts, Asked(request), ask.DeclinedBy, ask.Reason, OwnerLink())),
            Notice.TellOwner tell => ToOwner(new OwnerNoticeEmail(business, tell.News, facts, tell.Who, asked, tell.Text, OwnerLink())),
            Notice.Received => ToCaller(new CallerReceivedEmail(business, request.Reference, facts.Title(), request.Text, asked, request.Urgent ? profile.Settings.EmergencyPhone : null, CallerLink())),
            Notice.AcceptedBy accepted => ToCaller(new CallerAcceptedEmail(business, request.Reference, facts.Title(), accepted.Vendor, CallerLink())),
            Notice.TellCaller tell => ToCaller(new CallerNoticeEmail(business, tell.News, request.Reference, facts.Title(), tell.Vendor is { } had && had.Email != RequestErasure.NoAddress ? had.Name : null,
                request.Status == DispatchStatus.Asking ? request.WithName : null, request.Status == DispatchStatus.Waiting ? request.WithName : null, CallerLink())),
            Notice.MessageToVendor m => ToVendor(m.Vendor, new VendorMessageEmail(business, m.Vendor.Name, m.From, facts.Title(), request.Reference, request.Urgent, m.Text, m.Photos, VendorLink(m.Vendor), Desk(m.Vendor))),
            Notice.MessageToCaller m => ToCaller(new CallerMessageEmail(business, m.From ?? business, facts.Title(), request.Reference, m.Text, CallerLink())),
            Notice.MessageToOwner m => ToOwner(new OwnerMessageEmail(business, m.From, facts.Title(), request.Reference, request.Urgent, m.Text, m.Photos, OwnerLink())),
            _ => throw new UnreachableException(),
        };

        OutgoingMail ToVendor(Vendor vendor, Email email) => Mail(vendor.Email, vendor.Name, email, TestRequest.ToVendor(business, email is VendorRequestEmail or VendorReminderEmail or RequestReopenedEmail ? request.StandingOf(vendor.Id) : null)) with { Vendor = vendor.Id };
        OutgoingMail ToOwner(Email email) => Mail(owner.Email, "Owner", email, TestRequest.ToOwner);
        OutgoingMail ToCaller(Email email) => Mail(request.CallerEmail ?? throw new UnreachableException(), OutgoingMail.Caller, email, TestRequest.ToCaller(business));

        OutgoingMail Mail(EmailAddress to, string recipient, Email email, string test) =>
            new(Guid.CreateVersion7(now), request.Urgent ? MailPriority.Urgent : MailPriority.Normal, to, recipient, email) { Tenant = request.Tenant, Dispatch = request.Id, Test = request.IsTest ? test : null };

        string VendorLink(Vendor vendor) => site.Desk(profile.Slug, $"/v/{tokens.Sign(TokenPurpose.See, now + s_vendorLinkLife, request.Tenant.Value, request.Id.ToString("n"), vendor.Id.ToString("n"))}");
        string? Desk(Vendor vendor) => chain.Duties.Link(vendor.Id) is { } link ? DeskLink(site, profile, tokens, vendor.Id, link, now) : null;
        string CallerLink() => site.Desk(profile.Slug, $"/s/{tokens.Sign(TokenPurpose.Status, now + s_callerLinkLife, request.Tenant.Value, request.Id.ToString("n"))}");
        string OwnerLink() => site.App($"/requests/{request.Id:n}");
    }

    private static string[] Asked(Request request) => [.. request.Plan.SelectMany(step => step.Vendors).DistinctBy(vendor => vendor.Id).Where(vendor => request.StandingOf(vendor.Id) is not null).Select(vendor => vendor.Name)];
}
