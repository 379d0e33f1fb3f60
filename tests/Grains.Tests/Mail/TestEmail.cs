namespace Backsoon.Mail;

/// <summary>A kind of mail that only tests send.</summary>
public sealed record TestEmail(string Word) : Email
{
    public const string Kind = "test";

    public static readonly EmailKind Registration = EmailKind.Of(Kind, () => new TestEmail("example"));

    public override EmailContent Compose() => new(HeaderText.From($"About {Word}"), "Rivera Homes", $"This is about {Word}.", "You get this because a test wants it.");
}
