using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Mail;

/// <summary>What strangers type into forms.</summary>
public static class Hostile
{
    private static readonly string[] s_fragments =
    [
        "\r\nBcc: thief@example.com", "\nTo: thief@example.com", "\rCc: x@example.com\r\n\r\n", "\r\n.\r\nQUIT\r\n", "\u2028Bcc: a@b.example", "\u2029", "\u0085X-Evil: 1", "\0", "\u000b", "\u000c",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</td></table>", "{{7*7}}", "javascript:alert(1)", "\u202E", "\u2066", "\u200B", "\u061C", "\uD800", "\uDC00", "😀", "👩‍👩‍👧",
        "=?utf-8?Q?=0D=0ABcc:_thief@example.com?=", "\\\"", "\"", "\\", "<a@b.example>", ",", ";", ":", "שלום", "مرحبا", "é", "日本語", " ", "\t", ".", "..", "=", "=3D", "--", "Ana", "leak under the sink", "\u00A0",
        new('x', 1200), new('é', 400),
    ];

    public static Arbitrary<string> Text { get; } = Gen.Frequency<string>(
        (3, Gen.Elements(s_fragments).ListOf().Resize(12).Select(string.Concat)),
        (1, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")),
        (1, ArbMap.Default.GeneratorFor<char[]>().Select(letters => new string(letters)))).ToArbitrary();

    public static void Holds(Action<string, string, string> property) => Prop.ForAll(Text, Text, Text, property).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
}
