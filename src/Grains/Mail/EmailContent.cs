using System.Collections.Immutable;

namespace Backsoon.Mail;

/// <summary>What a mail says; the renderer makes an HTML and a text part of it.</summary>
/// <param name="Sign">The name on the sign at its head: the business, or Backsoon.</param>
/// <param name="Lead">What happened, in one sentence.</param>
/// <param name="Why">Why the reader gets this, and how to stop it.</param>
public sealed record EmailContent(HeaderText Subject, string Sign, string Lead, string Why)
{
    /// <summary>Shown as the sender's name; the address is the installation's own.</summary>
    public HeaderText? SenderName { get; init; }

    public EmailAddress? ReplyTo { get; init; }

    /// <summary>Preview line of mail programs; the lead when null.</summary>
    public string? Preheader { get; init; }

    /// <summary>A word above the lead that says how pressing this is: "Urgent".</summary>
    public string? Flag { get; init; }

    /// <summary>What has to be known before anything else.</summary>
    public string? Note { get; init; }

    public ImmutableArray<EmailFact> Facts { get; init; } = [];

    /// <summary>Somebody's own words, set apart; line breaks are kept.</summary>
    public string? Quote { get; init; }

    public ImmutableArray<EmailButton> Buttons { get; init; } = [];

    /// <summary>A code to type, set large, below everything else: "482 913".</summary>
    public string? Code { get; init; }

    /// <summary>Further paragraphs, after the buttons.</summary>
    public ImmutableArray<string> Paragraphs { get; init; } = [];

    /// <summary>Where the reader changes whether such mails come, said after why; null where nothing is to be changed.</summary>
    public EmailButton? Change { get; init; }

    /// <summary>What the reader's calendar program is asked to do.</summary>
    public CalendarPart? Calendar { get; init; }

    /// <summary>Where one press ends mails of this kind, for those that nobody has to get; null for all others.</summary>
    public string? Unsubscribe { get; init; }

    /// <summary>The same about something that is only tried out.</summary>
    public EmailContent OfTest(string says) => this with { Subject = HeaderText.From($"[Test] {Subject}"), Preheader = $"Test: {Preheader ?? Lead}", Note = says };
}

/// <param name="Link">Where the value leads, e.g. <c>tel:+3512…</c>; null for plain text.</param>
public sealed record EmailFact(string Name, string Value, string? Link = null);

public sealed record EmailButton(string Label, string Url, bool Main = true);
