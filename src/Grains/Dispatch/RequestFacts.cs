using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What a mail says of a request: the caller, their phone, the issue, and nothing else of it (R10).</summary>
public sealed record RequestFacts(string Reference, bool Urgent, string Noun, string? SubjectLabel, string? SubjectReference, string Category, string CallerName, string CallerPhone, string Text)
{
    public static RequestFacts Of(Request request, Nouns nouns) => new(
        request.Reference, request.Urgent, nouns.Subject, request.SubjectLabel, string.IsNullOrEmpty(request.SubjectReference) ? null : request.SubjectReference, request.CategoryName, request.CallerName, request.CallerPhone, request.Text);

    /// <summary>The request in a few words: "Water leak, 14 Elm Street".</summary>
    public string Title() => SubjectLabel is null ? Category : $"{Category}, {SubjectLabel}";

    public string? Flag() => Urgent ? "Urgent" : null;

    public HeaderText Header(string start) => HeaderText.From($"{(Urgent ? "Urgent: " : "")}{start} ({Reference})");

    public ImmutableArray<EmailFact> Table()
    {
        var table = ImmutableArray.CreateBuilder<EmailFact>();
        table.Add(new("What", Category));
        if (SubjectLabel is not null)
            table.Add(new($"{char.ToUpperInvariant(Noun[0])}{Noun[1..]}", SubjectReference is null ? SubjectLabel : $"{SubjectLabel}, {SubjectReference}"));
        table.Add(new("From", CallerName));
        // A test of a business that has given no number has none.
        if (CallerPhone.Length > 0)
            table.Add(new("Phone", CallerPhone, Telephone(CallerPhone)));
        table.Add(new("Number", Reference));
        return table.ToImmutable();
    }

    /// <summary>How to reach the owner: "Ana Reis, +351 210 000 000, ana@example.com".</summary>
    public static string Say(OwnerContact owner) => string.Join(", ", new[] { owner.Name, owner.Phone, owner.Email.Value }.Where(part => !string.IsNullOrEmpty(part)));

    public static string? Telephone(string phone)
    {
        var dialled = new string(phone.Where((c, i) => char.IsAsciiDigit(c) || c == '+' && i == 0).ToArray());
        return dialled.Count(char.IsAsciiDigit) >= 3 ? $"tel:{dialled}" : null;
    }
}
