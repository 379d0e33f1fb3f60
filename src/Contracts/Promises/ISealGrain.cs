namespace Backsoon.Promises;

/// <summary>Mails every owner the newest row of the log of promises, once a month, so that whoever keeps one can tell whether it was rewritten.</summary>
/// <remarks>Key: <c>seal/monthly</c>.</remarks>
[Alias("promises.seal")]
public interface ISealGrain : IGrainWithStringKey
{
    public const string Key = "seal/monthly";

    /// <summary>Registers the reminder; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();
}
