using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

public static class HostHoursEndpoints
{
    private const string Business = "business";

    public static void MapHostHours(this RouteGroupBuilder members)
    {
        var hours = members.MapGroup("/bookings/hosts/{id:guid}/hours");
        hours.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await HostsEndpoints.Find(member, id) is { } saved
            ? Show(context, member, saved, Form(saved), OtherDaysForm.Empty, FormErrors.None, said)
            : Results.NotFound());
        hours.MapPost("", Save);
        hours.MapPost("/days", AddDays);
        hours.MapPost("/days/remove", RemoveDays);
    }

    /// <summary>When somebody can be booked, in a few words: "Mon–Fri 09:00–17:00".</summary>
    public static string Say(Host host)
    {
        if (host.Hours is not { } hours)
            return "When the business is open";
        var days = HoursForm.Order.Select(day => (Day: day.ToString()[..3], Hours: HoursText.Say(hours.OnWeekday(day)))).ToArray();
        var runs = new List<(string First, string Last, string Hours)>();
        foreach (var (day, said) in days)
        {
            if (runs.Count > 0 && runs[^1].Hours == said)
                runs[^1] = runs[^1] with { Last = day };
            else
                runs.Add((day, day, said));
        }

        return string.Join("; ", runs.Where(run => run.Hours.Length > 0).Select(run => $"{(run.First == run.Last ? run.First : $"{run.First}–{run.Last}")} {run.Hours}")) is { Length: > 0 } words ? words : "Never";
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await HostsEndpoints.Find(member, id) is not { } saved)
            return Results.NotFound();

        var typed = HoursForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (typed.Choice is not (Business or HoursForm.Hours))
            errors.Add("choice", "Choose one of the two.");
        if (typed.Read(errors) is not { } week)
            return Show(context, member, saved, typed, OtherDaysForm.Empty, errors, null);
        return await Keep(member, saved with { Hours = typed.Choice == HoursForm.Hours ? new OpeningHours(week, saved.Hours?.Exceptions ?? []) : null }, "saved");
    }

    private static async Task<IResult> AddDays(HttpContext context, Member member, Guid id)
    {
        if (await HostsEndpoints.Find(member, id) is not { } saved)
            return Results.NotFound();

        var typed = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (saved.Hours is not { } hours)
            return new SeeOther($"/bookings/hosts/{id}/hours");
        return HoursEndpoints.With(hours, typed, errors) is { } changed ? await Keep(member, saved with { Hours = changed }, "added") : Show(context, member, saved, Form(saved), typed, errors, null);
    }

    private static async Task<IResult> RemoveDays(HttpContext context, Member member, Guid id)
    {
        if (await HostsEndpoints.Find(member, id) is not { } saved)
            return Results.NotFound();
        var sent = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        return saved.Hours is { } hours ? await Keep(member, saved with { Hours = HoursEndpoints.Without(hours, sent) }, "removed") : new SeeOther($"/bookings/hosts/{id}/hours");
    }

    private static async Task<IResult> Keep(Member member, Host host, string said) =>
        await member.Scope.Booking().PutHost(host) == BookingChange.Saved ? new SeeOther($"/bookings/hosts/{host.Id}/hours?said={said}") : Results.StatusCode(StatusCodes.Status410Gone);

    private static HoursForm Form(Host saved) => HoursForm.Of(saved.Hours is null ? Business : HoursForm.Hours, saved.Hours);

    private static IResult Show(HttpContext context, Member member, Host saved, HoursForm typed, OtherDaysForm day, FormErrors errors, string? said) => context.Page<HoursEdit>(
        new
        {
            Member = member, Title = $"When {saved.Name} can be booked", Lead = "Guests are offered times within these hours that nothing else takes.", Section = Section.Bookings, Path = $"/bookings/hosts/{saved.Id}/hours",
            Back = $"/bookings/hosts/{saved.Id}", BackLabel = saved.Name, ChoiceLabel = "They can be booked", ZoneId = saved.ZoneId, SavedText = "Saved. Times that are offered follow it from now on.",
            Choices = new Option[]
            {
                new(Business, "When you are open", member.Tenant.Settings.Hours is null ? "You have set no hours: that is around the clock." : "They follow the hours of your business."),
                new(HoursForm.Hours, "In their own hours", "Those below, and days of their own."),
            },
            Typed = typed, Day = day, Saved = saved.Hours, Errors = errors, Said = said,
        },
        errors);
}
