namespace Backsoon.Dispatch;

/// <summary>Tells requests at once that a vendor's mail will not arrive, so that nobody waits for an answer to it.</summary>
/// <remarks>Key: <c>undelivered/mails</c>.</remarks>
[Alias("dispatch.undelivered")]
public interface IUndeliveredGrain : IGrainWithStringKey
{
    public const string Key = "undelivered/mails";

    /// <summary>Registers the reminder that finds what was left behind; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>A mail was noted that will not arrive. Cheap, and harmless when lost.</summary>
    [OneWay, AlwaysInterleave, Alias("poke")]
    Task Poke();
}
