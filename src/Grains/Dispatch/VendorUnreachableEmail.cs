using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="With">Who is asked now; null when that is the owner.</param>
/// <param name="RefusesMail">Whether it is the address; else this one mail did not go out.</param>
public sealed record VendorUnreachableEmail(string Business, string Vendor, bool RefusesMail, RequestFacts Facts, string? With, string VendorUrl, string RequestUrl) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header($"Mail to {Vendor} came back: {Facts.Title()}"),
        Business,
        $"{(RefusesMail ? $"The address of {Vendor} refuses mail" : $"The mail to {Vendor} did not go out")}, so they do not know of the request of {Facts.CallerName}. {(With is null ? "It waits for you." : $"It is with {With} now.")}",
        $"You own {Business}. That a vendor cannot be reached is always told, once a day.")
    {
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Buttons = [new($"See the address of {Vendor}", VendorUrl), new("Open the request", RequestUrl, Main: false)],
        Paragraphs = RefusesMail ? [$"Until the address is changed, or you say that it works again, no mail goes to {Vendor} and requests pass them over."] : [],
    };

    public static VendorUnreachableEmail Example() =>
        new(Examples.Business, "Rivera Plumbing", RefusesMail: true, Examples.Facts, "Cole & Sons", "https://app.example.com/vendors/example", Examples.OwnerUrl);
}
