namespace Backsoon.Dispatch;

/// <summary>What a vendor's page says after a button was pressed. The address carries a word of this list; the sentence is here.</summary>
public static class VendorSaid
{
    public static string Word(VendorAnswer answer, AnswerOutcome outcome) => outcome switch
    {
        AnswerOutcome.Recorded => VendorLink.Purpose(answer),
        AnswerOutcome.Already => "already",
        AnswerOutcome.TakenByOther => "taken",
        AnswerOutcome.Closed => "closed",
        AnswerOutcome.NotYours => "not-yours",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    /// <summary>Null when there is nothing to say: another word, or one that does not fit how things stand.</summary>
    public static (string Text, string Kind)? Sentence(string? word, VendorView view) => (word, view.Standing) switch
    {
        ("accept", VendorStanding.Accepted) => ("You have it. Thank you: the caller has been waiting for this.", "ok"),
        ("decline", VendorStanding.Declined) => ("You passed it on. Thank you for saying so quickly.", "ok"),
        ("on-my-way", VendorStanding.OnTheWay) => ("Noted that you are on your way.", "ok"),
        ("done", VendorStanding.Done) => ("Noted as done. Thank you.", "ok"),
        ("written", _) => ("Your message is on its way by mail.", "ok"),
        ("kept", _) => ("Your message waits on the page where the caller follows the request: no mail address was left.", "ok"),
        ("already", _) => ("That was noted before; nothing has changed.", ""),
        ("taken", VendorStanding.TakenByOther) when view.IsGivenToOther => ("It was given to somebody else in the meantime. Thank you all the same.", ""),
        ("taken", VendorStanding.TakenByOther) => ("Somebody else was a little quicker. Thank you all the same.", ""),
        ("closed", VendorStanding.Closed) => ("It was closed in the meantime.", ""),
        ("closed", VendorStanding.Done) => ($"You had reported it done before, so it was not passed on. If it is not done after all, tell {view.BusinessName}: how is below.", ""),
        ("not-yours", _) => ("That button does not fit how things stand now. What you can do is below.", ""),
        _ => null,
    };
}
