namespace Backsoon.Promises;

/// <summary>Each day makes up a business with a person in it, has it deleted like any other a day later, and looks through the whole database for anything that is left.</summary>
/// <remarks>Key: <c>canary/daily</c>.</remarks>
[Alias("promises.canary")]
public interface ICanaryGrain : IGrainWithStringKey
{
    public const string Key = "canary/daily";

    /// <summary>Registers the reminder; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Does what is due by now. Idempotent.</summary>
    [Alias("tend")]
    Task Tend();
}
