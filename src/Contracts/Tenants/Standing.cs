namespace Backsoon.Tenants;

/// <summary>Whether a business takes requests and appointments on its page.</summary>
[Alias("tenants.standing")]
public enum Standing
{
    Open = 0,
    /// <summary>Nothing new is taken for the time being; what is under way goes on, and links to it work.</summary>
    Paused = 1,
    /// <summary>The business has left and may come back: nothing is shown, asked or mailed.</summary>
    Closed = 2,
}
