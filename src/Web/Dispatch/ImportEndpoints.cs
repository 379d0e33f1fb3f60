using Backsoon.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Backsoon.Dispatch;

public static class ImportEndpoints
{
    // More than is taken, so that a file somewhat too large gets an answer and not a broken connection.
    private const int LargestForm = 3 * IImportGrain.MaxBytes;

    public static void MapImport(this RouteGroupBuilder members)
    {
        members.MapGet("/import", (HttpContext context, Member member, string? list) => context.Page<Import>(new { Member = member, Kind = Lists.Parse(list ?? "") }));
        members.MapPost("/import", Upload).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        members.MapGet("/import/{id:guid}", async (HttpContext context, Member member, Guid id) => await member.Scope.Import(id).Look() is { } view
            ? context.Page<ImportPreview>(new { Member = member, Id = id, View = view })
            : Results.NotFound());
        members.MapPost("/import/{id:guid}", async (Member member, Guid id) =>
        {
            var import = member.Scope.Import(id);
            // What is wrong with it, should something be, is on its page.
            return await import.Look() is null ? Results.NotFound() : await import.Apply() ? new SeeOther($"/import/{id}") : new SeeOther($"/import/{id}#problems");
        });
    }

    private static async Task<IResult> Upload(HttpContext context, Member member, Limits limits, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        var errors = new FormErrors();
        var kind = Lists.Parse(form.Text("list"));
        if (kind is null)
            errors.Add("list", "Choose which list the file is for.");
        var file = form.Files.GetFile("file");
        if (file is null || file.Length == 0)
            errors.Add("file", file is null || file.FileName.Length == 0 ? "Choose a file." : "The file is empty.");
        else if (file.Length > IImportGrain.MaxBytes)
            errors.Add("file", $"The file has {file.Length / (1024.0 * 1024):0.0} MB; {IImportGrain.MaxBytes / 1024 / 1024} fit. Import it in parts.");
        if (errors.Any || kind is not { } list || file is null)
            return context.Page<Import>(new { Member = member, Kind = kind, Errors = errors }, errors);
        if (await limits.Take(Limits.ImportPerTenant, member.Tenant.Id.Value) is { } wait)
            return ErrorPages.Wait(context, wait);

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var import = member.Scope.Import(id);
        await using var content = file.OpenReadStream();
        var (piece, position) = (new byte[IImportGrain.Piece], 0);
        for (int read; (read = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, context.RequestAborted)) > 0; position++)
        {
            if (!await import.Take(list, position, piece[..read]))
                return Results.StatusCode(StatusCodes.Status410Gone);
        }

        return new SeeOther($"/import/{id}");
    }
}
