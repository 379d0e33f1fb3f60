using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class VendorHoursEndpoints
{
    private static readonly Option[] s_choices =
        [new("always", "Always", "Around the clock."), new("business", "When you are open", "They follow the hours of your business."), new(HoursForm.Hours, "In their own hours", "Those below.")];

    public static void MapVendorHours(this RouteGroupBuilder members)
    {
        var hours = members.MapGroup("/vendors/{id:guid}/hours");
        hours.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await member.Scope.Directory().Vendor(id) is { } saved
            ? Show(context, member, saved, Form(member, saved), OtherDaysForm.Empty, FormErrors.None, said)
            : Results.NotFound());
        hours.MapPost("", Save);
        hours.MapPost("/days", AddDays);
        hours.MapPost("/days/remove", RemoveDays);
    }

    /// <summary>When somebody is on duty, in a few words.</summary>
    public static string Say(VendorDuty duty) => duty switch
    {
        VendorDuty.Always => "Always on duty",
        VendorDuty.Business => "On duty when you are open",
        VendorDuty.Own => "On duty in their own hours",
        _ => throw new ArgumentOutOfRangeException(nameof(duty), duty, null),
    };

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Directory().Vendor(id) is not { } saved)
            return Results.NotFound();

        var typed = HoursForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        var duty = Duty(typed.Choice);
        if (duty is null)
            errors.Add("choice", "Choose one of the three.");
        var until = typed.ReadUntil(errors, member.Tenant.Settings.ZoneId);
        if (typed.Read(errors) is not { } week || duty is null)
            return Show(context, member, saved, typed, OtherDaysForm.Empty, errors, null);
        var hours = week.IsEmpty ? null : new OpeningHours(week, saved.Hours?.Exceptions ?? []);
        return await Keep(member, saved with { Duty = duty.Value, Hours = hours, UnavailableUntil = until }, "saved");
    }

    private static async Task<IResult> AddDays(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Directory().Vendor(id) is not { } saved)
            return Results.NotFound();

        var typed = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (saved.Hours is not { } hours)
            return new SeeOther($"/vendors/{id}/hours");
        return HoursEndpoints.With(hours, typed, errors) is { } changed ? await Keep(member, saved with { Hours = changed }, "added") : Show(context, member, saved, Form(member, saved), typed, errors, null);
    }

    private static async Task<IResult> RemoveDays(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Directory().Vendor(id) is not { } saved)
            return Results.NotFound();
        var sent = OtherDaysForm.Of(await context.Request.ReadFormAsync());
        return saved.Hours is { } hours ? await Keep(member, saved with { Hours = HoursEndpoints.Without(hours, sent) }, "removed") : new SeeOther($"/vendors/{id}/hours");
    }

    private static async Task<IResult> Keep(Member member, Vendor vendor, string said)
    {
        await member.Scope.Directory().PutVendor(vendor);
        return new SeeOther($"/vendors/{vendor.Id}/hours?said={said}");
    }

    private static VendorDuty? Duty(string choice) => choice switch
    {
        "always" => VendorDuty.Always,
        "business" => VendorDuty.Business,
        HoursForm.Hours => VendorDuty.Own,
        _ => null,
    };

    private static HoursForm Form(Member member, Vendor saved) => HoursForm.Of(
        s_choices[(int)saved.Duty].Value, saved.Hours, saved.UnavailableUntil, member.Tenant.Settings.ZoneId);

    private static IResult Show(HttpContext context, Member member, Vendor saved, HoursForm typed, OtherDaysForm day, FormErrors errors, string? said) => context.Page<HoursEdit>(
        new
        {
            Member = member, Title = $"When {saved.Name} is on duty", Lead = "Rules decide whether they are asked only then.", Section = Section.Vendors, Path = $"/vendors/{saved.Id}/hours", Back = $"/vendors/{saved.Id}", BackLabel = saved.Name,
            ChoiceLabel = "On duty", Choices = s_choices, AsksUntil = true, Typed = typed, Day = day, Saved = saved.Hours, Errors = errors, Said = said,
        },
        errors);
}
