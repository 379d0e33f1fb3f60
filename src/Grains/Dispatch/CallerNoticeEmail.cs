using System.Diagnostics;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="Vendor">Who had it, or has it again; null when nobody, or when they were removed.</param>
/// <param name="Asked">Who is asked now.</param>
/// <param name="Awaited">Who will be, when they are on duty.</param>
public sealed record CallerNoticeEmail(string Business, CallerNews News, string Reference, string Title, string? Vendor, string? Asked, string? Awaited, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(News switch
        {
            CallerNews.GivenBack => $"{Vendor ?? "Who had your request"} does not come after all ({Reference})",
            CallerNews.Closed => $"Your request is closed: {Title} ({Reference})",
            CallerNews.Reopened => $"Your request is open again: {Title} ({Reference})",
            _ => throw new UnreachableException(),
        }),
        Business,
        News switch
        {
            CallerNews.GivenBack => $"{Vendor ?? "Who had it"} does not come for your request “{Title}” after all. {Now()}",
            CallerNews.Closed => $"{Business} has closed your request “{Title}”.{(Vendor is null ? "" : $" {Vendor} does not come any more.")}",
            CallerNews.Reopened => $"{Business} has opened your request “{Title}” again. {(Vendor is null ? $"{Business} has it and will call you back." : $"{Vendor} has it as before.")}",
            _ => throw new UnreachableException(),
        },
        $"You gave this address on the page of {Business}. It is used for this request only.")
    {
        SenderName = HeaderText.From(Business),
        Facts = Asked is null ? [new("Number", Reference)] : [new("Number", Reference), new("Who is asked", Asked)],
        Buttons = [new("See how it goes", Url)],
        Paragraphs = [News == CallerNews.Closed
            ? $"If something is still wrong, write on that page within {Message.AfterClosing.Days} days: nobody reads an answer to this mail."
            : "To say something, write on that page: nobody reads an answer to this mail."],
    };

    public static CallerNoticeEmail Example() => new(Examples.Business, CallerNews.GivenBack, Examples.Facts.Reference, Examples.Facts.Title(), "Rivera Plumbing", "Cole & Sons", null, Examples.CallerUrl);

    private string Now() => Asked is not null ? $"{Business} has asked {Asked} instead." : Awaited is not null ? $"{Business} asks {Awaited} as soon as they are there." : $"{Business} has it now and will call you back.";
}
