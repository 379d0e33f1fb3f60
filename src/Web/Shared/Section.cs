namespace Backsoon.Shared;

/// <summary>Where in the dashboard a page belongs: marked in the rail and in the bar.</summary>
public enum Section
{
    Board,
    History,
    Bookings,
    Numbers,
    Vendors,
    Subjects,
    Categories,
    Rules,
    Hours,
    Away,
    Page,
    Settings,
    Sessions,
    Billing,
    More,
}

public static class Sections
{
    public static bool IsDirectory(Section section) => section is Section.Vendors or Section.Subjects or Section.Categories or Section.Rules;
}
