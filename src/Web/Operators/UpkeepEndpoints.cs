using System.Globalization;
using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Operators;

public static class UpkeepEndpoints
{
    public static void MapUpkeep(this RouteGroupBuilder operators)
    {
        operators.MapGet("/mails", async (HttpContext context, Operator signedIn, IGrainFactory grains, string? before, string? said, int? count) =>
            await Upkeep(grains).Mails(signedIn.SessionKey, Cursor(before)) is { } page
                ? context.Page<StuckMails>(new { Operator = signedIn, Page = page, IsFirst = before is null, Flash = Flash(said, count) })
                : ConsoleGate.SignIn);
        operators.MapPost("/mails/again", (HttpContext context, Operator signedIn, IGrainFactory grains) => Mend(context, signedIn, grains, Mending.Again));
        operators.MapPost("/mails/withdraw", (HttpContext context, Operator signedIn, IGrainFactory grains) => Mend(context, signedIn, grains, Mending.Withdraw));
        operators.MapGet("/late", async (HttpContext context, Operator signedIn, IGrainFactory grains) =>
            await Upkeep(grains).Late(signedIn.SessionKey) is { } late ? context.Page<LatePage>(new { Operator = signedIn, Late = late }) : ConsoleGate.SignIn);
    }

    public static string Written(StuckMailsCursor cursor) => string.Create(CultureInfo.InvariantCulture, $"{cursor.QueuedAt.UtcTicks}_{cursor.Id:n}");

    private static async Task<IResult> Mend(HttpContext context, Operator signedIn, IGrainFactory grains, Mending mending)
    {
        var form = await context.Request.ReadFormAsync();
        int? count;
        if (form.Id("mail", out var mail))
            count = await Upkeep(grains).Mend(signedIn.SessionKey, mending, mail.Value);
        else if (Enum.TryParse<DeliveryStatus>(form["status"], out var status) && status is DeliveryStatus.Unknown or DeliveryStatus.Parked)
            count = await Upkeep(grains).MendAll(signedIn.SessionKey, mending, status, form["error"].ToString());
        else
            return Results.BadRequest();
        return count is null ? ConsoleGate.SignIn : new SeeOther($"/mails?said={(mending == Mending.Again ? "again" : "withdrawn")}&count={count}");
    }

    private static StuckMailsCursor? Cursor(string? written) =>
        written?.Split('_') is [var ticks, var id] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && at is > 0 and < 3_000_000_000_000_000_000 && Guid.TryParse(id, out var mail)
            ? new(new DateTimeOffset(at, TimeSpan.Zero), mail) : null;

    private static string? Flash(string? said, int? count) => (said, count) switch
    {
        ("again" or "withdrawn", 0 or null) => "Nothing was changed: it is not stuck any more, or its words are gone.",
        ("again", 1) => "1 mail is sent again.",
        ("again", { } many) => $"{many} mails are sent again.",
        ("withdrawn", 1) => "1 mail is withdrawn. Its words are gone.",
        ("withdrawn", { } many) => $"{many} mails are withdrawn. Their words are gone.",
        _ => null,
    };

    private static IUpkeepGrain Upkeep(IGrainFactory grains) => grains.GetGrain<IUpkeepGrain>(IUpkeepGrain.Key);
}
