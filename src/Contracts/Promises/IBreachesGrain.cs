namespace Backsoon.Promises;

/// <summary>Tells owners of breaches of personal data that the operator wrote down, each of them once.</summary>
/// <remarks>Key: <c>breaches/all</c>.</remarks>
[Alias("promises.breaches")]
public interface IBreachesGrain : IGrainWithStringKey
{
    public const string Key = "breaches/all";

    /// <summary>Registers the reminder; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();
}
