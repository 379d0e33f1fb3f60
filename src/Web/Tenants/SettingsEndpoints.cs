using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Tenants;

public static class SettingsEndpoints
{
    public static void MapSettings(this RouteGroupBuilder members)
    {
        members.MapGet("/settings", (HttpContext context, Member member, IGrainFactory grains, string? said) =>
            Show(context, grains, member, SettingsForm.Of(member.Tenant.Settings), FormErrors.None, said));
        members.MapPost("/settings", Save);
        members.MapPost("/settings/you", SaveName);
        members.MapPost("/settings/mail", async (Member member, IGrainFactory grains) =>
        {
            await Account(grains, member).AcceptMail();
            return new SeeOther("/settings?said=mail");
        });
        members.MapGet("/more", async (HttpContext context, Member member) => context.Page<More>(new { Member = member, Billing = await member.Scope.Subscription().Look() }));
    }

    private static async Task<IResult> Save(HttpContext context, Member member, IGrainFactory grains)
    {
        var typed = SettingsForm.Of(await context.Request.ReadFormAsync());
        var errors = new FormErrors();
        if (typed.Read(errors, member.Tenant.Settings) is not { } settings)
            return await Show(context, grains, member, typed, errors);
        return await member.Scope.Tenant().Change(settings) is null ? Results.StatusCode(StatusCodes.Status410Gone) : new SeeOther("/settings?said=saved");
    }

    private static async Task<IResult> SaveName(HttpContext context, Member member, IGrainFactory grains)
    {
        var form = await context.Request.ReadFormAsync();
        var (name, getsSeal) = (form.Line("you"), form.IsChecked("seal"));
        var errors = new FormErrors();
        if (name.Length is 0 or > SettingsForm.LongestName)
            errors.Add("you", name.Length == 0 ? "Type your name." : $"That is {name.Length} characters; {SettingsForm.LongestName} fit.");
        if (errors.Any)
            return await Show(context, grains, member, SettingsForm.Of(member.Tenant.Settings), errors, name: name, getsSeal: getsSeal);
        await Account(grains, member).Rename(name);
        await Account(grains, member).SendSeal(getsSeal);
        return new SeeOther("/settings?said=renamed");
    }

    private static async Task<IResult> Show(HttpContext context, IGrainFactory grains, Member member, SettingsForm typed, FormErrors errors, string? said = null, string? name = null, bool? getsSeal = null) =>
        await Account(grains, member).Look() is { } account
            ? context.Page<Settings>(new { Member = member, Typed = typed, Name = name ?? account.Name, account.Email, GetsSeal = getsSeal ?? account.GetsSeal, Refusal = await Account(grains, member).Refusal(), Errors = errors, Said = said }, errors)
            : Results.NotFound();

    private static IAccountGrain Account(IGrainFactory grains, Member member) => grains.GetGrain<IAccountGrain>($"account/{member.Account}");
}
