using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>What can be booked, and on what terms.</summary>
/// <param name="BufferBefore">Kept free before it, besides what the appointment before keeps free after itself.</param>
/// <param name="Price">As people read it: "€ 40", "free". Nothing is charged.</param>
/// <param name="MinNotice">How long before its start a guest may still book it.</param>
/// <param name="MaxDays">How many days ahead a guest may book it.</param>
/// <param name="Step">Starts lie this far apart, counted from the beginning of a period of the host's hours.</param>
/// <param name="DailyCap">How many a day of one host, by the host's clock; null for no cap.</param>
/// <param name="Seats">How many may come at the same time.</param>
/// <param name="Hosts">Who does it.</param>
/// <param name="ChangeNotice">How long before its start a guest may still cancel or move it.</param>
[GenerateSerializer, Immutable, Alias("booking.service")]
public sealed record Service(
    Guid Id, string Name, bool Active, TimeSpan Length, TimeSpan BufferBefore, TimeSpan BufferAfter, string? Price, Place Place, ImmutableArray<Question> Questions, TimeSpan MinNotice, int MaxDays, TimeSpan Step,
    int? DailyCap, int Seats, ImmutableArray<Guid> Hosts, TimeSpan ChangeNotice, string? About = null)
{
    public const int MaxName = 80;
    public const int MaxPrice = 60;
    public const int MaxAbout = 1000;
    public const int MaxQuestions = 8;
    public const int MostDays = 365;
    public const int MostADay = 100;
    public const int MostSeats = 100;
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    public static readonly TimeSpan LongestBuffer = TimeSpan.FromHours(8);
    public static readonly TimeSpan LongestNotice = TimeSpan.FromDays(60);
}

/// <summary>Where it takes place.</summary>
/// <param name="Text">The address, the number that is called (none when the guest's own is) or the link.</param>
[GenerateSerializer, Immutable, Alias("booking.place")]
public sealed record Place(PlaceKind Kind, string Text)
{
    public const int MaxText = 300;
}

[Alias("booking.place-kind")]
public enum PlaceKind
{
    Address = 0,
    Phone = 1,
    Video = 2,
}

/// <summary>What a guest is asked when booking.</summary>
[GenerateSerializer, Immutable, Alias("booking.question")]
public sealed record Question(string Label, bool Required)
{
    public const int MaxLabel = 120;
    public const int MaxAnswer = 500;
}
