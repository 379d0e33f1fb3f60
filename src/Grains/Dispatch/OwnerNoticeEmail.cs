using System.Diagnostics;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

public sealed record OwnerNoticeEmail(string Business, OwnerNews News, RequestFacts Facts, string? Who, string? With, string? Text, string Url) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header(News switch
        {
            OwnerNews.Received => $"New: {Facts.Title()}",
            OwnerNews.Accepted => $"Accepted: {Facts.Title()}",
            OwnerNews.Declined => $"Declined: {Facts.Title()}",
            OwnerNews.Done => $"Done: {Facts.Title()}",
            _ => throw new UnreachableException(),
        }),
        Business,
        News switch
        {
            OwnerNews.Received => With is null ? $"{Who} has sent a request. It waits until somebody who can take it is on duty." : $"{Who} has sent a request, and {With} is asked to take it.",
            OwnerNews.Accepted => $"{Who} has accepted the request of {Facts.CallerName}.",
            OwnerNews.Declined => With is null ? $"{Who} has declined the request of {Facts.CallerName}." : $"{Who} has declined the request of {Facts.CallerName}. It is with {With} now.",
            OwnerNews.Done => $"{Who} says that the request of {Facts.CallerName} is done.",
            _ => throw new UnreachableException(),
        },
        $"You own {Business} and have chosen to be told.")
    {
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Quote = News == OwnerNews.Received ? Facts.Text : Text,
        Buttons = [new("Open the request", Url)],
        Change = new("Choose when we mail you", new Uri(new Uri(Url), "/settings#notifications").AbsoluteUri),
    };

    public static OwnerNoticeEmail Example() => new(Examples.Business, OwnerNews.Accepted, Examples.Facts, "Rivera Plumbing", "Rivera Plumbing", null, Examples.OwnerUrl);
}
