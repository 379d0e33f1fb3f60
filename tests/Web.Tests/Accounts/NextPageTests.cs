namespace Backsoon.Accounts;

public sealed class NextPageTests
{
    [Theory, Trait("Abuse", "10")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/path\\..\\evil")]
    [InlineData("https:evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("/ok\r\nSet-Cookie: session=x")]
    [InlineData("/café")]
    [InlineData("/sign-out")]
    [InlineData("/sign-in?next=/")]
    public void What_is_not_plainly_a_page_of_ours_leads_to_the_board(string? next) => Assert.Equal("/", NextPage.Of(next));

    [Fact, Trait("Abuse", "10")]
    public void A_path_too_long_to_be_one_leads_to_the_board() => Assert.Equal("/", NextPage.Of("/" + new string('a', 2000)));

    [Theory]
    [InlineData("/")]
    [InlineData("/history?query=leak&status=2")]
    [InlineData("/requests/0197f3c2-0000-7000-8000-000000000000#mails")]
    public void A_path_of_ours_is_kept(string next) => Assert.Equal(next, NextPage.Of(next));
}
