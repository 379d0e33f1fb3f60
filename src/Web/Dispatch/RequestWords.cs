using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A message of the owner as typed.</summary>
/// <param name="Id">Made with the form, so that a double click writes once.</param>
/// <param name="To">A vendor's id, or <see cref="Caller"/>.</param>
public sealed record RequestWords(Guid Id, string To, string Text)
{
    public const string Caller = "caller";

    public Guid? Vendor => Guid.TryParse(To, out var vendor) ? vendor : null;

    public static RequestWords New(HttpContext context) => new(Guid.CreateVersion7(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()), Caller, "");

    public static RequestWords Of(IFormCollection form, DateTimeOffset now) =>
        new(form.Id("id", out var id) ? id.Value : Guid.CreateVersion7(now), form.Line("to"), form.Text("message").ReplaceLineEndings("\n"));
}
