using System.Collections.Immutable;
using Backsoon.Accounts;

namespace Backsoon.Operators;

/// <summary>The key ring as operators see it: how old its keys are, never a key.</summary>
/// <remarks>Key: <c>keys/all</c>. A stateless worker: it asks the key ring. Each answers null for whoever is not signed in.</remarks>
[Alias("operators.keys")]
public interface IKeysGrain : IGrainWithStringKey
{
    public const string Key = "keys/all";

    [ReadOnly, Alias("look")]
    Task<KeyAges?> Look(string session);

    /// <summary>Makes a new signing key, unless there is one by now that the operator has not seen: a double click makes one.</summary>
    /// <param name="newest">The newest key they saw.</param>
    [Alias("rotate")]
    Task<KeyAges?> Rotate(string session, string newest);
}

/// <param name="Keys">Newest first.</param>
[GenerateSerializer, Immutable, Alias("operators.key-ages")]
public sealed record KeyAges(ImmutableArray<KeyAge> Keys);
