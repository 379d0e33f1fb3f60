using Backsoon.Mail;

namespace Backsoon.Accounts;

public sealed class EmailTests
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(15);
    private const string Link = "https://app.example.com/link/8s1VfN0bQkq3mXo2Zt5hYw7cJr9uEaLdPgTiBnHxKvM";

    [Fact, Promise("R25", "R38")]
    public void Signing_in_takes_a_link_or_a_code()
    {
        var text = Text(new SignInEmail(Link, "482913", "Firefox on Android", s_life));
        Assert.Contains("It works once, on any device, within the next 15 minutes.", text, StringComparison.Ordinal);
        Assert.Contains(Link, text, StringComparison.Ordinal);
        Assert.Contains("482 913", text, StringComparison.Ordinal);
        Assert.Contains("Firefox on Android", text, StringComparison.Ordinal);
        Assert.Contains("If it was not you, ignore it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Signing_up_says_which_desk_opens()
    {
        var mail = new SignUpEmail(Link, "482913", "Harbour Lettings", "https://harbour.example.com/", s_life);
        Assert.Equal("Open the desk of Harbour Lettings", mail.Compose().Subject.Value);
        var text = Text(mail);
        Assert.Contains("https://harbour.example.com/", text, StringComparison.Ordinal);
        Assert.Contains(Link, text, StringComparison.Ordinal);
        Assert.Contains("482 913", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Signing_up_twice_is_told_with_a_way_in()
    {
        var text = Text(new AlreadyAccountEmail(Link, "482913", "Firefox on Android", s_life));
        Assert.Contains("it has an account already", text, StringComparison.Ordinal);
        Assert.Contains(Link, text, StringComparison.Ordinal);
        Assert.Contains("482 913", text, StringComparison.Ordinal);
    }

    [Fact, Promise("P21")]
    public void A_new_device_is_named_with_the_instant_and_what_to_do()
    {
        var text = Text(new NewDeviceEmail("Safari on iPhone", new(2026, 3, 3, 15, 2, 0, TimeSpan.FromHours(1)), "https://app.example.com/sessions"));
        Assert.Contains("Safari on iPhone", text, StringComparison.Ordinal);
        Assert.Contains("Tuesday, 3 March 2026, 14:02 UTC", text, StringComparison.Ordinal);
        Assert.Contains("https://app.example.com/sessions", text, StringComparison.Ordinal);
        Assert.Contains("end that session", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_business_name_cannot_add_a_header() =>
        Assert.DoesNotContain('\n', new SignUpEmail(Link, "482913", "A\r\nBcc: all@example.com", "https://a.example.com/", s_life).Compose().Subject.Value);

    // Lines are broken for reading; what they say is not.
    private static string Text(Email mail) => string.Join(' ', EmailText.Of(mail.Compose()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
