using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class NumbersEndpoints
{
    /// <summary>The ranges there are, in days.</summary>
    public static readonly int[] Ranges = [30, 90, 365];

    public static void MapNumbers(this RouteGroupBuilder members) => members.MapGet("/numbers", async (HttpContext context, Member member, string? days) =>
    {
        if (days is not null && !(int.TryParse(days, out var asked) && Ranges.Contains(asked)))
            return Results.BadRequest();
        var range = days is null ? Ranges[0] : int.Parse(days);
        return context.Page<NumbersPage>(new { Member = member, Range = range, View = await member.Scope.Numbers().Read(range) });
    });
}
