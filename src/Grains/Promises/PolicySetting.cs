using Microsoft.Extensions.Configuration;

namespace Backsoon.Promises;

/// <summary>The policy that the operator chose by <c>BACKSOON_POLICY</c>.</summary>
public sealed record PolicySetting(Policy Policy)
{
    private const string Name = "BACKSOON_POLICY";

    public static IEnumerable<string> Problems(IConfiguration configuration) => PolicyProfiles.Find(configuration[Name]) is null
        ? [$"{Name} is {configuration[Name]}: leave it out, or choose one of {string.Join(", ", PolicyProfiles.All.Select(policy => policy.Name))}."]
        : [];

    /// <exception cref="InvalidOperationException">There is no such policy.</exception>
    public static PolicySetting Read(IConfiguration configuration) =>
        new(PolicyProfiles.Find(configuration[Name]) ?? throw new InvalidOperationException(string.Join(' ', Problems(configuration))));
}
