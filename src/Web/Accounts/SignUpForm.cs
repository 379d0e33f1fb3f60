using System.Diagnostics.CodeAnalysis;
using Backsoon.Mail;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>The sign-up form as it was typed (R1): what is wrong with it, and what it asks for when nothing is.</summary>
public sealed record SignUpForm(string Email, string Name, string BusinessName, string Slug, string Industry, string Zone)
{
    public const int LongestName = 100;
    /// <summary>Until the settings say otherwise, when a browser does not tell.</summary>
    public const string DefaultZone = "Europe/London";

    public static SignUpForm Empty(string? slug) => new("", "", "", slug ?? "", "", DefaultZone);

    public static SignUpForm Of(IFormCollection form) =>
        new(form.Line("email"), form.Line("name"), form.Line("business"), form.Line("slug"), form.Line("industry"), form.Line("zone"));

    public FormErrors Check([NotNullWhen(true)] out EmailAddress? email, [NotNullWhen(true)] out SignUpDetails? details)
    {
        var errors = new FormErrors();
        if (!EmailAddress.TryParse(Email, out email))
            errors.Add("email", "Type your whole email address, like ana@example.com.");
        CheckName(errors, "name", Name, "Type your name, as vendors may see it.");
        CheckName(errors, "business", BusinessName, "Type the name that callers know your business by.");
        if (!Tenants.Slug.TryParse(Slug, out var slug, out var why))
            errors.Add("slug", SlugMessages.Of(why));
        if (!Enum.TryParse<Industry>(Industry, out var industry) || !Enum.IsDefined(industry) || !char.IsAsciiLetter(Industry[0]))
            errors.Add("industry", "Choose what comes nearest. It sets a few words, and you can change them later.");

        var zone = Zone.Length <= 64 && LocalTime.IsZone(Zone) ? Zone : DefaultZone;
        details = errors.Any ? null : new SignUpDetails(Name, BusinessName, slug!, industry, zone);
        return errors;
    }

    private static void CheckName(FormErrors errors, string field, string value, string missing)
    {
        if (value.Length == 0)
            errors.Add(field, missing);
        else if (value.Length > LongestName)
            errors.Add(field, $"That is {value.Length} characters; {LongestName} fit.");
    }
}
