using Microsoft.Extensions.Configuration;

namespace Backsoon.Promises;

/// <summary>Whether canaries are planted: <c>BACKSOON_CANARY</c>, on unless it is false.</summary>
public sealed record CanarySetting(bool IsOn)
{
    private const string Name = "BACKSOON_CANARY";

    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        configuration[Name] is { Length: > 0 } text && !bool.TryParse(text, out _) ? [$"{Name} is {text}: leave it out, or write true or false."] : [];

    public static CanarySetting Read(IConfiguration configuration) =>
        Problems(configuration).FirstOrDefault() is { } problem ? throw new InvalidOperationException(problem)
        : new(configuration[Name] is not { Length: > 0 } text || bool.Parse(text));
}
