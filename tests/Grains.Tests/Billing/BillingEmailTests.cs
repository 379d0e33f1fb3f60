using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed class BillingEmailTests
{
    public static TheoryData<string, string[]> Mails => new()
    {
        { EmailText.Of(TrialEmail.Example().Compose()), ["ends at 14:22 on Thursday, 8 January (Lisbon time)", "Solo: 12 euros a month, one business", "everything is kept for 90 days more before it is deleted", "Nothing is charged without your choosing it", "https://app.example.com/billing"] },
        { EmailText.Of((TrialEmail.Example() with { Days = 0 }).Compose()), ["ended at 14:22 on Thursday, 8 January", "takes no requests here at the moment", "Everything is kept as it is for 90 days", "Everything is deleted at 15:22 on Wednesday, 8 April", "the last mail about its trial"] },
        { EmailText.Of(PaymentFailedEmail.Example().Compose()), ["Your page is paused at 14:22 on Monday, 19 January", "The plan ends at 14:22 on Wednesday, 18 February", "kept for 90 days more, and then deleted", "Card numbers never come to us"] },
        { EmailText.Of(UnpaidEmail.Example().Compose()), ["your page is paused", "The plan ends at 14:22 on Wednesday, 18 February", "opens again by itself"] },
        { EmailText.Of(SubscriptionEndedEmail.Example().Compose()), ["ended at 14:22 on Wednesday, 18 February", "Nothing more is charged", "Is kept as it is until 15:22 on Tuesday, 19 May", "then deleted"] },
        { EmailText.Of(ReopenedEmail.Example().Compose()), ["the page of Harbour Lettings takes requests again", "https://harbour.example.com/"] },
    };

    [Theory, Promise("R25")]
    [MemberData(nameof(Mails))]
    public void What_happened_when_and_what_follows_stands_in_plain_words(string text, string[] said)
    {
        var plain = string.Join(' ', text.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
        Assert.All(said, words => Assert.Contains(words, plain, StringComparison.Ordinal));
        Assert.Contains("You own Harbour Lettings.", plain, StringComparison.Ordinal);
        Assert.DoesNotContain('!', text);
    }

    [Theory]
    [InlineData(7, "Your trial ends in 7 days")]
    [InlineData(1, "Your trial ends in 1 day")]
    [InlineData(0, "Your trial is over, and your page is paused")]
    public void The_subject_says_how_long_is_left(int days, string subject) => Assert.Equal(subject, (TrialEmail.Example() with { Days = days }).Compose().Subject.Value);
}
