using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What the mails' previews tell of.</summary>
internal static class Examples
{
    public const string Business = "Harbour Lettings";
    public const string Zone = "Europe/Lisbon";
    public const string VendorUrl = "https://harbour.example.com/v/example";
    public const string DeskUrl = "https://harbour.example.com/vendor/example";
    public const string CallerUrl = "https://harbour.example.com/s/example";
    public const string OwnerUrl = "https://app.example.com/requests/example";
    public static readonly DateTimeOffset Soon = new(2026, 1, 5, 14, 22, 0, TimeSpan.Zero);
    public static readonly OwnerContact Owner = new("Ana Reis", EmailAddress.Parse("ana@example.com"), "+351 210 000 000");

    public static readonly RequestFacts Facts = new(
        "4KQ-27X", Urgent: true, "property", "14 Elm Street", "Flat 3, second floor", "Water leak", "Tom Baker", "+351 910 000 001", "Water comes through the bathroom ceiling.\nIt gets worse when the neighbours shower.");
}
