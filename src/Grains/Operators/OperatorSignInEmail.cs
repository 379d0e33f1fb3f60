using Backsoon.Mail;
using Backsoon.Promises;

namespace Backsoon.Operators;

public sealed record OperatorSignInEmail(string Link, TimeSpan Life) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Sign in to the Backsoon console"),
        "Backsoon console",
        $"Here is the link to the console. It works once, within the next {Period.Say(Life)}, in the browser you asked with and in no other.",
        "You get this because somebody typed this address where operators sign in. If it was not you, tell the others: whoever did has found the console.")
    {
        Buttons = [new EmailButton("Sign in", Link)],
    };
}
