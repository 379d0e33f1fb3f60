using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Tells the owner of one tenant what happened while they were away.</summary>
/// <remarks>Key: <c>return/{tenant}</c>.</remarks>
[Alias("dispatch.return")]
public interface IReturnGrain : IGrainWithStringKey
{
    /// <summary>Mails the summary of an absence that is over: once, however often it is asked.</summary>
    [Alias("tell")]
    Task Tell(Absence absence);
}
