using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Backsoon.Booking;
using Backsoon.Dispatch;

namespace Backsoon.Shared;

/// <summary>Follows every link from page to page: the dashboard's, and what callers, guests and vendors see.</summary>
[Collection(Desks.Name)]
public sealed partial class LinksTests(FrontDesk desk)
{
    // Weeks and pages of lists go on without end; so many of a kind are looked at.
    private const int MostOfAKind = 4;

    [Fact]
    public async Task Every_link_leads_to_a_page()
    {
        var (business, starts) = await Furnish();
        string[] hosts = [desk.Site.AppHost, new Uri(desk.Site.Desk(business.Owner.Slug)).Host];
        var (waiting, seen, kinds, wrong) = (new Queue<(Uri Address, string From)>(), new HashSet<Uri>(), new Dictionary<string, int>(), new List<string>());
        foreach (var start in starts)
            waiting.Enqueue((new Uri(start), "the beginning"));

        while (waiting.TryDequeue(out var next))
        {
            var page = await business.Browser.Get(next.Address.ToString(), follow: false);
            if (page.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest || (int)page.Status >= 500)
                wrong.Add($"{next.Address.PathAndQuery}, from {next.From}, answers {(int)page.Status}");
            foreach (var link in page.Document.QuerySelectorAll("[href], form[action], [formaction]").SelectMany(Targets))
            {
                if (Broken().IsMatch(link) || !Uri.TryCreate(page.Address, link, out var target))
                    wrong.Add($"{next.Address.PathAndQuery} has the address {link}");
                else if (hosts.Contains(target.Host) && seen.Add(target) && Counts(target))
                    waiting.Enqueue((target, next.Address.PathAndQuery));
            }
        }

        Assert.True(seen.Count > 80, $"{seen.Count} addresses were found.");
        Assert.Empty(wrong);

        bool Counts(Uri target)
        {
            var kind = $"{Id().Replace(target.AbsolutePath, "*")}?{string.Join('&', target.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')[0]))}";
            return (kinds[kind] = kinds.GetValueOrDefault(kind) + 1) <= MostOfAKind;
        }
    }

    private async Task<(Business Business, string[] Starts)> Furnish()
    {
        var business = await Business.Open(desk);
        var (vendor, subject) = (await business.AddVendor("Rivera", $"rivera@{business.Owner.Slug}.example"), await business.AddSubject("Mill Lane 4"));
        await business.AddRule(null, null, (vendor, 20));
        await business.AddRule(subject.Id, null, (vendor, 40));
        await business.Send("Plumbing", subject: subject.Id);
        var practice = await Practice.In(business);
        await practice.Book(practice.In(2), email: $"tom@{business.Owner.Slug}.example");
        await practice.Book(practice.In(30), "Eve Long", email: null);
        var asked = Link().Match((await desk.MailTo(vendor.Email.Value)).Text).Value;
        var booked = Link().Match((await desk.MailTo($"tom@{business.Owner.Slug}.example")).Text).Value;
        return (business, [desk.Site.App("/"), desk.Site.App("/welcome"), desk.Site.App("/bookings?view=day"), desk.Site.App("/import?list=subjects"), desk.Site.Desk(business.Owner.Slug), asked, booked]);
    }

    // Where a form is sent is looked at, not sent.
    private static IEnumerable<string> Targets(IElement element) =>
        new[] { element.GetAttribute("href"), element is { LocalName: "form" } && element.GetAttribute("method") == "post" ? null : element.GetAttribute("action") }.OfType<string>().Where(link => !link.StartsWith('#'));

    [GeneratedRegex(@"[\s{}]|%7B", RegexOptions.IgnoreCase)]
    private static partial Regex Broken();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?<=/)[A-Za-z0-9_.-]{40,}")]
    private static partial Regex Id();

    [GeneratedRegex(@"https?://\S+/[a-z]/[A-Za-z0-9_.-]+")]
    private static partial Regex Link();
}
