using System.Diagnostics;

namespace Backsoon.Embedded;

/// <summary>Whose rights a program gets; null where it keeps ours.</summary>
internal sealed record UnixUser(string Uid, string Gid);

internal sealed record ProgramOutcome(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;
    public string Complaint => string.Join('\n', new[] { Errors.Trim(), Output.Trim() }.Where(text => text.Length > 0));
}

/// <summary>Starts the system's programs, with other rights where root must not do it.</summary>
internal static class ChildProgram
{
    public static ProcessStartInfo Prepare(UnixUser? user, string program, params IEnumerable<string> arguments)
    {
        IEnumerable<string> words = user is null
            ? [program, .. arguments]
            : ["setpriv", $"--reuid={user.Uid}", $"--regid={user.Gid}", "--clear-groups", program, .. arguments];
        var start = new ProcessStartInfo(words.First(), words.Skip(1)) { WorkingDirectory = "/", UseShellExecute = false };
        // The product's environment may hold the root key and the mail account: no child is to see it.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public static async Task<ProgramOutcome> Run(ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static Task<ProgramOutcome> Run(UnixUser? user, string program, IEnumerable<string> arguments, CancellationToken cancellation) =>
        Run(Prepare(user, program, arguments), cancellation);

    public static Task Signal(string signal, IEnumerable<int> processIds, CancellationToken cancellation) =>
        Run(null, "sh", ["-c", "kill -s \"$@\"", "sh", signal, .. processIds.Select(processId => $"{processId}")], cancellation);

    /// <summary>Runs what has no reason to fail; its complaint becomes the exception.</summary>
    public static async Task<string> Do(UnixUser? user, string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var outcome = await Run(user, program, arguments, cancellation);
        return outcome.Succeeded ? outcome.Output.Trim()
            : throw new PrivatePostgresException($"{Path.GetFileName(program)} failed ({outcome.ExitCode}): {outcome.Complaint}");
    }
}
