using Backsoon.Mail;
using Backsoon.Promises;

namespace Backsoon.Accounts;

public sealed record SignInEmail(string Link, string Code, string Device, TimeSpan Life) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Sign in to Backsoon"),
        "Backsoon",
        $"Here is the link to sign in. It works once, on any device, within the next {Period.Say(Life)}.",
        "You get this because somebody typed this address on our sign-in page. If it was not you, ignore it: nobody can sign in without this mail.")
    {
        Buttons = [new EmailButton("Sign in", Link)],
        Code = SignInCode.Spaced(Code),
        Paragraphs = [$"Or type this code in the browser you asked with ({Device})."],
    };
}

/// <summary>How a 6-digit code is written for reading: "482 913".</summary>
internal static class SignInCode
{
    public static string Spaced(string code) => $"{code[..3]} {code[3..]}";
}
