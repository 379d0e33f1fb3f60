namespace Backsoon.Billing;

/// <summary>What came of asking Stripe something.</summary>
public abstract record StripeAnswer<T>
{
    public sealed record Given(T Value) : StripeAnswer<T>;

    /// <summary>There is no such thing, or no more: 404.</summary>
    public sealed record Missing : StripeAnswer<T>;

    /// <summary>No answer, an error of theirs, or too many calls, also after trying again.</summary>
    public sealed record Later(string Detail, TimeSpan? After = null) : StripeAnswer<T>;

    /// <summary>Asked again it would be refused again.</summary>
    /// <param name="Detail">Kind and code of the error: what Stripe writes beside them may name somebody.</param>
    public sealed record Refused(string Detail) : StripeAnswer<T>;

    /// <summary>The same with another value.</summary>
    public StripeAnswer<TOther> To<TOther>(Func<T, TOther> turn) => this switch
    {
        Given given => new StripeAnswer<TOther>.Given(turn(given.Value)),
        Missing => new StripeAnswer<TOther>.Missing(),
        Later later => new StripeAnswer<TOther>.Later(later.Detail, later.After),
        Refused refused => new StripeAnswer<TOther>.Refused(refused.Detail),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
