using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Mail;

public sealed class EmailTextTests
{
    [Fact]
    public void The_text_part_reads_as_well_as_the_page()
    {
        var content = new EmailContent(HeaderText.From("Urgent: water leak"), "Harbour Lettings", "Ana Dias asks for help with a water leak at 12 Elm Street.", "You get this because Harbour Lettings asks you first about water leaks.")
        {
            Flag = "Urgent",
            Facts = [new("Property", "12 Elm Street"), new("Caller", "Ana Dias"), new("Phone", "+351 912 345 678", "tel:+351912345678")],
            Quote = "It drips from the ceiling.\r\n\r\nThe bucket is full every hour.",
            Buttons = [new("See it and accept", "https://harbour.example.com/v/abc"), new("Decline", "https://harbour.example.com/v/def", Main: false)],
            Code = "482 913",
            Paragraphs = ["If you do not answer by 14:22, Cole & Sons is asked."],
        };

        Assert.Equal(
            """
            Harbour Lettings
            ================

            URGENT

            Ana Dias asks for help with a water leak at 12 Elm Street.

            Property: 12 Elm Street
            Caller: Ana Dias
            Phone: +351 912 345 678

            > It drips from the ceiling.
            >
            > The bucket is full every hour.

            See it and accept:
            https://harbour.example.com/v/abc

            Decline:
            https://harbour.example.com/v/def

            If you do not answer by 14:22, Cole & Sons is asked.

                482 913

            --
            You get this because Harbour Lettings asks you first about water leaks.

            """,
            EmailText.Of(content));
    }

    [Theory]
    [InlineData("Property", "Property: Lantern House")]
    [InlineData("Which home would you like to see?", "Which home would you like to see? Lantern House")]
    [InlineData("Anything else:", "Anything else: Lantern House")]
    public void A_question_is_followed_by_its_answer_and_by_no_second_mark(string name, string line)
    {
        var content = new EmailContent(HeaderText.From("x"), "Harbour", "Lead.", "Why.") { Facts = [new(name, "Lantern House")] };

        Assert.Contains($"\n{line}\n", EmailText.Of(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_that_turn_the_direction_of_text_are_left_out()
    {
        var content = new EmailContent(HeaderText.From("x"), "a\u202Eb", "c\u2066d", "e\u200Ff") { Quote = "one\u202Etwo\0three" };
        var text = EmailText.Of(content);
        Assert.DoesNotContain(text, letter => letter is '\u202E' or '\u2066' or '\u200F' or '\0');
        Assert.Contains("> onetwothree", text, StringComparison.Ordinal);
    }

    // A NUL makes any text one that is looked at closely, and is left out.
    [Fact]
    public void Text_that_needs_no_close_look_would_come_through_it_unchanged() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), typed => Looked(typed.Get, EmailText.Plain) && Looked(typed.Get, EmailText.Unbroken) && Looked(typed.Get, EmailText.OneLine)).QuickCheckThrowOnFailure();

    private static bool Looked(string text, Func<string, string> way) => way(text) == way(text + '\0');

    [Theory]
    [InlineData("two  spaces", "two spaces")]
    [InlineData(" around ", "around")]
    [InlineData("a\tb\nc\r\nd\u2028e", "a b c d e")]
    [InlineData("one line", "one line")]
    public void Blanks_of_all_kinds_become_one(string text, string line) => Assert.Equal(line, EmailText.OneLine(text));
}
