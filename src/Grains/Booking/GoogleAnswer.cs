namespace Backsoon.Booking;

/// <summary>What came of asking Google something. No exception of its library leaves <see cref="GoogleCalendar"/>.</summary>
public abstract record GoogleAnswer<T>
{
    public sealed record Given(T Value) : GoogleAnswer<T>;

    /// <summary>Not there, or not any more: 404, 410.</summary>
    public sealed record Missing : GoogleAnswer<T>;

    /// <summary>There is one of that id already: 409.</summary>
    public sealed record Exists : GoogleAnswer<T>;

    /// <summary>The token of the moment is not taken any more: 401.</summary>
    public sealed record Unauthorised : GoogleAnswer<T>;

    /// <summary>The host has taken back their consent, or Google has (<c>invalid_grant</c>).</summary>
    public sealed record Ended : GoogleAnswer<T>;

    /// <summary>No answer, an error of theirs, or too many calls.</summary>
    public sealed record Later(string Detail, TimeSpan? After = null) : GoogleAnswer<T>;

    /// <summary>Asked again it would be refused again.</summary>
    public sealed record Refused(string Detail) : GoogleAnswer<T>;

    /// <summary>The same for a question of another kind, for everything that carries no value.</summary>
    public GoogleAnswer<TOther> Of<TOther>() => this switch
    {
        Missing => new GoogleAnswer<TOther>.Missing(),
        Exists => new GoogleAnswer<TOther>.Exists(),
        Unauthorised => new GoogleAnswer<TOther>.Unauthorised(),
        Ended => new GoogleAnswer<TOther>.Ended(),
        Later later => new GoogleAnswer<TOther>.Later(later.Detail, later.After),
        Refused refused => new GoogleAnswer<TOther>.Refused(refused.Detail),
        _ => throw new InvalidOperationException("An answer with a value is of its own kind."),
    };
}
