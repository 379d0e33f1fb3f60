using System.Security.Cryptography;
using System.Text;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What tells a test from a request that somebody needs help with: its id, and what mails and pages say of it.</summary>
public static class TestRequest
{
    public const string Word = "Test";

    /// <summary>For the business itself.</summary>
    public const string ToOwner = "This is a test from your own dashboard. Nobody needs help, and nothing has to be done on site.";

    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(1);

    /// <summary>For callers' mails and pages, which the business reads here.</summary>
    public static string ToCaller(string business) => $"This is a test by {business}. Nobody needs help, and nothing has to be done on site.";

    /// <param name="standing">What the vendor is asked for by now; null when nothing.</param>
    public static string ToVendor(string business, VendorStanding? standing) => standing switch
    {
        VendorStanding.Asked => $"{ToCaller(business)} Please press accept or decline as you would for a real request.",
        VendorStanding.Accepted or VendorStanding.OnTheWay => $"{ToCaller(business)} Please press “on my way” and “done” as you would for a real request.",
        _ => ToCaller(business),
    };

    /// <summary>The ids that a test of this subject and category has now, and had in the minute before: so a double click makes one, and another makes one a minute later.</summary>
    public static (Guid Now, Guid Before) Ids(TenantId tenant, Guid? subject, Guid category, DateTimeOffset now)
    {
        var minute = now.UtcTicks / s_apart.Ticks;
        return (Id(tenant, subject, category, minute), Id(tenant, subject, category, minute - 1));
    }

    /// <summary>Whether one that came then is too recent for another.</summary>
    public static bool IsRecent(DateTimeOffset receivedAt, DateTimeOffset now) => now - receivedAt < s_apart;

    private static Guid Id(TenantId tenant, Guid? subject, Guid category, long minute) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"test/{tenant}/{subject:n}/{category:n}/{minute}")).AsSpan(0, 16));
}
