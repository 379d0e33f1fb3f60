using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Backsoon.Mail;

public sealed class EmailHtmlTests
{
    private static readonly HashSet<string> s_elements = ["html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "th", "bdi", "h1", "p", "br", "a", "span"];

    [Fact]
    public void Nothing_typed_becomes_markup() => Hostile.Holds((name, lead, text) =>
    {
        var plain = Parse(new EmailContent(HeaderText.From("s"), "n", "l", "w") { Flag = "f", Quote = "q", Facts = [new("n", "v", "tel:+351")], Code = "c", Paragraphs = ["p"], Buttons = [new("b", "https://example.com/")] });
        var content = new EmailContent(HeaderText.From(lead), name, lead, text)
        {
            Flag = name,
            Quote = text,
            Facts = [new(name, text, "tel:+351"), new(lead, name, text)],
            Code = name,
            Paragraphs = [text],
            Buttons = [new(name, "https://example.com/")],
            Preheader = lead,
        };
        var html = Parse(content);
        Assert.All(html.All, element => Assert.Contains(element.LocalName, s_elements));
        Assert.All(html.All, element => Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)));
        Assert.All(html.QuerySelectorAll("a"), link => Assert.Matches("^(https://example.com/|tel:\\+351)$", link.GetAttribute("href")));
        // Only the fact that was added, and line breaks, are more than in a mail of single letters.
        Assert.Equal(plain.QuerySelectorAll("td,th").Length + 2, html.QuerySelectorAll("td,th").Length);
        Assert.Equal(EmailText.OneLine(name), html.QuerySelector(".sign")!.TextContent);
    });

    [Fact]
    public void Somebodys_own_words_keep_their_lines_and_their_direction_to_themselves()
    {
        var quote = Parse(new EmailContent(HeaderText.From("s"), "n", "l", "w") { Quote = "first\r\nsecond <b>\n\nשלום" }).QuerySelector(".quote")!;
        Assert.Equal("auto", quote.GetAttribute("dir"));
        Assert.Equal(3, quote.QuerySelectorAll("br").Length);
        Assert.Contains("second <b>", quote.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_fetches_nothing_and_works_in_the_dark()
    {
        var html = EmailHtml.Of(new TestEmail("x").Compose());
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
        Assert.True(html.Length < 20_000);
    }

    [Fact]
    public void A_button_leads_to_the_web_or_is_a_mistake() =>
        Assert.Throws<ArgumentException>(() => EmailHtml.Of(new EmailContent(HeaderText.From("s"), "n", "l", "w") { Buttons = [new("b", "javascript:alert(1)")] }));

    private static IDocument Parse(EmailContent content) => new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(EmailHtml.Of(content));
}
