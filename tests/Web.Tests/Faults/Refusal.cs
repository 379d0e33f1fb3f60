using System.Diagnostics;

namespace Backsoon.Faults;

/// <summary>The built product, started as an operator would who got something wrong: what it says, and how it ends.</summary>
public sealed record Refusal(int Code, string Said)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts it with these settings and no other of its own, and waits until it ends.</summary>
    public static async Task<Refusal> Of(IReadOnlyDictionary<string, string> settings, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Backsoon.Web.dll"), .. words]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The product did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"It did not end. It said:\n{await output}\n{await errors}");
        }

        return new(process.ExitCode, await output + await errors);
    }

    public const int CannotStart = 78;

    /// <summary>It is refused, in words and not with a stack trace.</summary>
    public Refusal Says(params string[] words)
    {
        Assert.Equal(CannotStart, Code);
        Assert.All(words, word => Assert.Contains(word, Said, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Said, StringComparison.Ordinal);
        return this;
    }
}
