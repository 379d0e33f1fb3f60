using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Backsoon.Mail;

/// <summary>The HTML part: one column of 560 px in tables, because mail programs know little else, with every style inline, because some drop the rest. No image, nothing from elsewhere.</summary>
public static class EmailHtml
{
    private const string Sans = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
    private const string Serif = "font-family:ui-serif,Georgia,'Times New Roman',serif;font-weight:600;";
    private const string Table = "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" ";

    // Inline styles are the light look; these only turn colours over, so a program that drops them loses the dark one and nothing else.
    private const string Dark = """
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        @media (prefers-color-scheme:dark){
        .paper{background:#14171C!important}.card{background:#1C2027!important;border-color:#333A45!important}.sign{background:#1C2027!important;border-color:#ECE8DF!important}
        .ink{color:#ECE8DF!important}.soft{color:#A7ADBA!important}.line{border-color:#333A45!important}.string{background:#ECE8DF!important}
        .flag{color:#FF8F85!important;background:#3A1715!important}.note{color:#8DB8F2!important;background:#15263D!important}.link{color:#5FD0B8!important}.quote{border-color:#5FD0B8!important;background:#14171C!important}
        .main{background:#5FD0B8!important;border-color:#5FD0B8!important}.main a{color:#0B1F1B!important}.other{background:#1C2027!important;border-color:#5FD0B8!important}.other a{color:#5FD0B8!important}
        }
        @media (max-width:480px){.pad{padding:20px!important}.button,.button a{width:100%!important;box-sizing:border-box}}
        """;

    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Of(EmailContent content)
    {
        var html = new StringBuilder(8192);
        html.Append($"""
            <!doctype html>
            <html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
            <meta name="format-detection" content="telephone=no,date=no,address=no"><title>{Line(content.Subject.Value)}</title>
            <style>
            {Dark}
            </style></head>
            <body class="paper" style="margin:0;padding:0;background:#FBF8F2;-webkit-text-size-adjust:100%">
            <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{Line(content.Preheader ?? content.Lead)}</div>
            {Table}width="100%" class="paper" style="background:#FBF8F2"><tr><td align="center" style="padding:24px 12px 40px">
            <!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
            {Table}width="100%" style="max-width:560px">

            """);
        Sign(html, content.Sign);
        html.Append($"<tr><td class=\"card pad\" style=\"background:#FFFFFF;border:1px solid #E4DDCF;border-radius:10px;padding:32px\">{Table}width=\"100%\">\n");
        if (content.Note is { } note)
            Row(html, 24, $"<p class=\"note\" style=\"{Sans}font-size:16px;line-height:1.5;color:#1F4E8C;background:#E4EEFA;border-radius:10px;padding:12px 16px;margin:0;word-break:break-word\">{Line(note)}</p>");
        if (content.Flag is { } flag)
            Row(html, 12, $"<span class=\"flag\" style=\"{Sans}display:inline-block;font-size:14px;font-weight:600;line-height:1.5;color:#A8201A;background:#FDE7E4;border-radius:99px;padding:2px 12px\">{Line(flag)}</span>");
        Row(html, 24, $"<h1 class=\"ink\" style=\"{Serif}font-size:20px;line-height:1.4;color:#1F2430;margin:0\">{Line(content.Lead)}</h1>");
        Facts(html, content.Facts);
        if (content.Quote is { } quote)
            Row(html, 24, $"<div dir=\"auto\" class=\"quote ink\" style=\"{Sans}font-size:16px;line-height:1.5;color:#1F2430;background:#FBF8F2;border-inline-start:3px solid #0B6B5D;padding:12px 16px;word-break:break-word\">{Lines(quote)}</div>");
        foreach (var button in content.Buttons)
            Row(html, 12, Button(button));
        foreach (var paragraph in content.Paragraphs)
            Row(html, 12, $"<p class=\"ink\" style=\"{Sans}font-size:16px;line-height:1.5;color:#1F2430;margin:0;word-break:break-word\">{Lines(paragraph)}</p>");
        if (content.Code is { } code)
            Row(html, 12, $"<div class=\"ink line\" style=\"font-family:ui-monospace,Menlo,Consolas,monospace;font-size:31px;line-height:1.3;letter-spacing:2px;font-weight:600;color:#1F2430;border:1px solid #E4DDCF;border-radius:8px;padding:12px 16px;text-align:center;white-space:nowrap\">{Line(code)}</div>");
        html.Append($"""
            </table></td></tr>
            <tr><td class="soft pad" style="{Sans}font-size:14px;line-height:1.5;color:#5B6170;padding:16px 32px 0;word-break:break-word">{Line(content.Why)}{Change(content)}</td></tr>
            </table>
            <!--[if mso]></td></tr></table><![endif]-->
            </td></tr></table>
            </body></html>

            """);
        return html.ToString();
    }

    // The card on the shop door: a nail, a string, and the name.
    private static void Sign(StringBuilder html, string name) => html.Append($"""
        <tr><td align="center" style="padding-bottom:24px">{Table}>
        <tr><td align="center"><div class="string" style="width:8px;height:8px;border-radius:8px;background:#1F2430;font-size:0;line-height:0">&nbsp;</div></td></tr>
        <tr><td align="center"><div class="string" style="width:1px;height:16px;background:#1F2430;font-size:0;line-height:0">&nbsp;</div></td></tr>
        <tr><td class="sign ink" align="center" style="{Serif}background:#FFFFFF;border:2px solid #1F2430;border-radius:10px;padding:12px 24px;font-size:20px;line-height:1.3;color:#1F2430;word-break:break-word"><bdi>{Line(name)}</bdi></td></tr>
        </table></td></tr>

        """);

    private static void Facts(StringBuilder html, IReadOnlyCollection<EmailFact> facts)
    {
        if (facts.Count == 0)
            return;
        var rows = new StringBuilder("<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\" style=\"border-collapse:collapse\">");
        foreach (var fact in facts)
        {
            var value = $"<bdi>{Encode(EmailText.Unbroken(fact.Value).Replace('\n', ' '))}</bdi>";
            if (IsLink(fact.Link))
                value = $"<a class=\"link\" href=\"{Encode(fact.Link)}\" style=\"color:#0B6B5D;font-weight:600\">{value}</a>";
            rows.Append($"""
                <tr><th scope="row" align="left" valign="top" class="soft line" style="{Sans}font-size:14px;line-height:1.5;font-weight:400;color:#5B6170;text-align:left;border-top:1px solid #E4DDCF;padding:8px 16px 8px 0;width:30%">{Line(fact.Name)}</th>
                <td valign="top" class="ink line" style="{Sans}font-size:16px;line-height:1.5;color:#1F2430;border-top:1px solid #E4DDCF;padding:8px 0;word-break:break-word;font-variant-numeric:tabular-nums">{value}</td></tr>

                """);
        }

        Row(html, 24, rows.Append("</table>").ToString());
    }

    private static string Button(EmailButton button)
    {
        if (!IsLink(button.Url))
            throw new ArgumentException($"The button {button.Label} leads to no page.", nameof(button));
        var (kind, ground, text) = button.Main ? ("main", "#0B6B5D", "#FFFFFF") : ("other", "#FFFFFF", "#0B6B5D");
        return $"{Table}class=\"button\"><tr><td align=\"center\" class=\"button {kind}\" style=\"background:{ground};border:2px solid #0B6B5D;border-radius:10px\">"
            + $"<a href=\"{Encode(button.Url)}\" style=\"{Sans}display:inline-block;font-size:17px;font-weight:600;line-height:1.3;color:{text};text-decoration:none;padding:13px 28px\">{Line(button.Label)}</a></td></tr></table>";
    }

    private static string Change(EmailContent content) =>
        content.Change is { } change && IsLink(change.Url) ? $" <a class=\"link\" href=\"{Encode(change.Url)}\" style=\"color:#0B6B5D\">{Line(change.Label)}</a>" : "";

    private static void Row(StringBuilder html, int below, string inner) => html.Append($"<tr><td style=\"padding-bottom:{below}px\">{inner}</td></tr>\n");

    private static bool IsLink([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "tel" or "mailto";

    private static string Line(string text) => Encode(EmailText.OneLine(text));

    private static string Lines(string text) => Encode(EmailText.Unbroken(text).Trim('\n')).Replace("&#xA;", "<br>\n", StringComparison.Ordinal).Replace("&#x9;", " ", StringComparison.Ordinal);

    private static string Encode(string text) => s_encoder.Encode(text);
}
