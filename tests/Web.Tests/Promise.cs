using Xunit.Abstractions;
using Xunit.Sdk;

namespace Backsoon;

/// <summary>Names the promises that a test proves, by their numbers: <c>[Fact, Promise("R38")]</c>. They are traits, so a runner can filter by them.</summary>
[TraitDiscoverer("Backsoon.PromiseDiscoverer", "Backsoon.Web.Tests")]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class PromiseAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    public IReadOnlyList<string> Ids => ids;
}

public sealed class PromiseDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        traitAttribute.GetConstructorArguments().OfType<string[]>().SelectMany(ids => ids).Select(id => KeyValuePair.Create("Promise", id));
}
