using Backsoon.Shared;

namespace Backsoon.Tenants;

public static class HoursEndpoints
{
    private static readonly Option[] s_choices = [new("always", "Always", "Around the clock."), new(HoursForm.Hours, "In these hours", "Vendors who follow yours are on duty then.")];

    public static void MapHours(this RouteGroupBuilder members)
    {
        members.MapGet("/hours", (HttpContext context, Member member, string? said) => Show(context, member, Form(member), OtherDaysForm.Empty, FormErrors.None, said));
        members.MapPost("/hours", Save);
        members.MapPost("/hours/days", AddDays);
        members.MapPost("/hours/days/remove", RemoveDays);
    }

    /// <summary>The hours with these days too; what is wrong is in <paramref name="errors"/>.</summary>
    public static OpeningHours? With(OpeningHours hours, OtherDaysForm typed, FormErrors errors)
    {
        if (typed.Read(errors) is not { } other)
            return null;
        var others = hours.Exceptions.RemoveAll(known => (known.From, known.Until, known.Name) == (other.From, other.Until, other.Name)).Add(other);
        if (others.Length > OpeningHours.MaxExceptions)
            errors.Add("from", $"At most {OpeningHours.MaxExceptions} are kept. Remove some that are past.");
        return errors.Any ? null : hours with { Exceptions = [.. others.OrderBy(known => known.From).ThenBy(known => known.Until).ThenBy(known => known.Name, StringComparer.Ordinal)] };
    }

    public static OpeningHours Without(OpeningHours hours, OtherDaysForm sent) => hours with
    {
        Exceptions = hours.Exceptions.RemoveAll(known => OtherDaysForm.Of(known) is var other && (other.From, other.Until, other.Name) == (sent.From, sent.Until, sent.Name)),
    };

    private static HoursForm Form(Member member) => HoursForm.Of(member.Tenant.Settings.Hours is null ? "always" : HoursForm.Hours, member.Tenant.Settings.Hours);

    private static async Task<IResult> Save(HttpContext context, Member member)
    {
        var typed = HoursForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (s_choices.All(choice => choice.Value != typed.Choice))
            errors.Add("choice", "Choose one of the two.");
        if (typed.Read(errors) is not { } week)
            return Show(context, member, typed, OtherDaysForm.Empty, errors, null);
        return await Keep(member, typed.Choice == HoursForm.Hours ? new OpeningHours(week, member.Tenant.Settings.Hours?.Exceptions ?? []) : null, "saved");
    }

    private static async Task<IResult> AddDays(HttpContext context, Member member)
    {
        var typed = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (member.Tenant.Settings.Hours is not { } hours)
            return new SeeOther("/hours");
        return With(hours, typed, errors) is { } changed ? await Keep(member, changed, "added") : Show(context, member, Form(member), typed, errors, null);
    }

    private static async Task<IResult> RemoveDays(HttpContext context, Member member)
    {
        var sent = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        return member.Tenant.Settings.Hours is { } hours ? await Keep(member, Without(hours, sent), "removed") : new SeeOther("/hours");
    }

    private static async Task<IResult> Keep(Member member, OpeningHours? hours, string said) =>
        await member.Scope.Tenant().Change(member.Tenant.Settings with { Hours = hours }) is null ? Results.StatusCode(StatusCodes.Status410Gone) : new SeeOther($"/hours?said={said}");

    private static IResult Show(HttpContext context, Member member, HoursForm typed, OtherDaysForm day, FormErrors errors, string? said) => context.Page<HoursEdit>(
        new
        {
            Member = member, Title = "Hours", Lead = "When your business is open. A rule may ask vendors only while they are on duty, and count only such time.", Section = Section.Hours, Path = "/hours",
            ChoiceLabel = "You are open", Choices = s_choices, Typed = typed, Day = day, Saved = member.Tenant.Settings.Hours, Errors = errors, Said = said,
        },
        errors);
}
