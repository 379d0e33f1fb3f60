using System.Collections.Immutable;

namespace Backsoon.Tenants;

/// <summary>What kind of business it is: sets the nouns and the first categories, both editable later (R1, R3).</summary>
[Alias("tenants.industry")]
public enum Industry
{
    PropertyManagement = 0,
    LawPractice = 1,
    Trades = 2,
    Clinic = 3,
    Other = 4,
}

/// <param name="Subject">What a request is about: "property".</param>
/// <param name="Subjects">The plural: "properties".</param>
/// <param name="Caller">Who asks: "tenant".</param>
[GenerateSerializer, Immutable, Alias("tenants.nouns")]
public sealed record Nouns(string Subject, string Subjects, string Caller);

[GenerateSerializer, Immutable, Alias("tenants.starter-category")]
public sealed record StarterCategory(string Name, bool Urgent);

public static class Industries
{
    public static string Label(Industry industry) => industry switch
    {
        Industry.PropertyManagement => "Property management",
        Industry.LawPractice => "Law practice",
        Industry.Trades => "Trades and contractors",
        Industry.Clinic => "Clinic or salon",
        Industry.Other => "Something else",
        _ => throw new ArgumentOutOfRangeException(nameof(industry), industry, null),
    };

    public static Nouns Nouns(Industry industry) => industry switch
    {
        Industry.PropertyManagement => new("property", "properties", "tenant"),
        Industry.LawPractice => new("matter", "matters", "client"),
        Industry.Trades => new("job", "jobs", "customer"),
        Industry.Clinic => new("treatment", "treatments", "client"),
        Industry.Other => new("subject", "subjects", "customer"),
        _ => throw new ArgumentOutOfRangeException(nameof(industry), industry, null),
    };

    public static ImmutableArray<StarterCategory> Categories(Industry industry) => industry switch
    {
        Industry.PropertyManagement => [new("Water leak", true), new("No heat or hot water", true), new("Electrical", false), new("Plumbing", false), new("Locks and keys", false), new("Something else", false)],
        Industry.LawPractice => [new("Arrest or police interview", true), new("Deadline within days", true), new("Court date", false), new("Documents", false), new("Something else", false)],
        Industry.Trades => [new("Emergency call-out", true), new("Repair", false), new("Quote", false), new("Work under warranty", false), new("Something else", false)],
        Industry.Clinic => [new("Problem after a treatment", true), new("Change an appointment", false), new("Question", false), new("Something else", false)],
        Industry.Other => [new("Urgent", true), new("Question", false), new("Something else", false)],
        _ => throw new ArgumentOutOfRangeException(nameof(industry), industry, null),
    };
}
