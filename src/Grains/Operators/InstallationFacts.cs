using System.Diagnostics;

namespace Backsoon.Operators;

/// <summary>What a process knows of itself: said by whoever puts it together.</summary>
/// <param name="Host">What runs the grains.</param>
/// <param name="Since">Since when.</param>
/// <param name="KnowsReminders">Whether <c>reminder.due_at</c> says when each comes next.</param>
public sealed record InstallationFacts(string Host, DateTimeOffset Since, bool KnowsReminders)
{
    public static string Version { get; } = FileVersionInfo.GetVersionInfo(typeof(InstallationFacts).Assembly.Location).ProductVersion ?? "";
}
