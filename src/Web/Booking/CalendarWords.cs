namespace Backsoon.Booking;

/// <summary>How a host's calendar at Google stands, in words.</summary>
public static class CalendarWords
{
    /// <summary>Where people see which programs they let into their Google account.</summary>
    public const string Permissions = "https://myaccount.google.com/connections";

    public static (string Word, string Class) Standing(CalendarView view) => view switch
    {
        { Email: null, RevokingUntil: not null } => ("Being revoked", "waiting"),
        { Email: null } => ("Not connected", "off"),
        { IsOffered: false } => ("Not read or written", "failed"),
        { Trouble: CalendarTrouble.Ended } => ("Ended by Google", "failed"),
        { Trouble: CalendarTrouble.Unreadable } => ("Cannot be read", "failed"),
        { Parked: > 0 } => ("Not all written", "waiting"),
        _ => ("Connected", "ok"),
    };

    public static string Waiting(CalendarView view) => (view.Email, view.Waiting, view.Parked) switch
    {
        (null, _, _) => "–",
        (_, 0, 0) => "None",
        (_, var waiting, 0) => $"{waiting}",
        (_, 0, var parked) => $"{parked} given up",
        (_, var waiting, var parked) => $"{waiting}, and {parked} given up",
    };
}
