namespace Backsoon.Promises;

/// <summary>Requests about data, as people read them.</summary>
public static class DataRequestWords
{
    public static string Wish(DataWish wish) => wish == DataWish.Removal ? "To be removed" : "A copy of everything";

    public static string Word(DataRequest request) => request.Outcome switch
    {
        null => "Waiting",
        DataOutcome.Sent => "Sent",
        DataOutcome.Removed => "Removed",
        DataOutcome.Declined => "Declined",
        DataOutcome.Withdrawn => "Taken back",
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Outcome, null),
    };

    public static string Class(DataRequest request) => request.Outcome switch
    {
        null => "waiting",
        DataOutcome.Sent or DataOutcome.Removed => "ok",
        _ => "off",
    };

    /// <summary>Begins a sentence that ends with when.</summary>
    public static string Says(DataRequest request) => request.Outcome switch
    {
        DataOutcome.Sent => "A copy was sent to you,",
        DataOutcome.Removed => "You were removed,",
        DataOutcome.Declined => "It was declined,",
        _ => "You took it back,",
    };
}
