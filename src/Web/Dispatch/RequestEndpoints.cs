using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class RequestEndpoints
{
    public const int LongestNote = 2000;

    public static void MapRequest(this RouteGroupBuilder members)
    {
        var request = members.MapGroup("/requests/{id:guid}");
        request.MapGet("", async (HttpContext context, Member member, Guid id, string? said) =>
            await member.Scope.Dispatch(id).Look() is { } view ? await Show(context, member, view, FormErrors.None, said: said) : Results.NotFound());
        request.MapPost("/remind", (Member member, Guid id) => Act(member, id, dispatch => dispatch.Remind(member.Account), "reminded", _ => false));
        request.MapPost("/reopen", (Member member, Guid id) => Act(member, id, dispatch => dispatch.Reopen(member.Account), "reopened", view => view.ClosedAt is null));
        request.MapPost("/undo-close", (Member member, Guid id) => Act(member, id, dispatch => dispatch.UndoClose(member.Account), "undone", view => view.ClosedAt is null));
        request.MapPost("/reassign", Reassign);
        request.MapPost("/close", Close);
        request.MapPost("/note", Note);
        request.MapPost("/message", Write);
        request.MapPost("/mails/{mail:guid}/again", SendAgain);
    }

    private static async Task<IResult> Reassign(HttpContext context, Member member, Guid id)
    {
        var dispatch = member.Scope.Dispatch(id);
        if (await dispatch.Look() is not { } view)
            return Results.NotFound();

        var chosen = await Picks.Vendor(member.Scope.Directory(), (await context.Request.ReadFormAsync())["vendor"]);
        var errors = new FormErrors();
        chosen.Explain(errors, "vendor");
        if (chosen.Id is not { } vendor)
        {
            errors.Add("vendor", "Choose who is to be asked.");
            return await Show(context, member, view, errors, chosen);
        }

        return Done(id, await dispatch.Reassign(vendor, member.Account) || view.With?.Id == vendor && view.ClosedAt is null, "asked");
    }

    private static async Task<IResult> Close(HttpContext context, Member member, Guid id)
    {
        var text = await Lines(context, "closing");
        return text.Length <= LongestNote ? await Act(member, id, dispatch => dispatch.Close(text, member.Account), "closed", view => view.ClosedAt is not null) : await TooLong(context, member, id, "closing", text);
    }

    private static async Task<IResult> Note(HttpContext context, Member member, Guid id)
    {
        var text = await Lines(context, "note");
        return text.Length is > 0 and <= LongestNote ? await Act(member, id, dispatch => dispatch.Note(text, member.Account), "noted", _ => false) : await TooLong(context, member, id, "note", text);
    }

    private static async Task<IResult> Write(HttpContext context, Member member, Guid id, TimeProvider clock)
    {
        var dispatch = member.Scope.Dispatch(id);
        if (await dispatch.Look() is not { } view)
            return Results.NotFound();

        var words = RequestWords.Of(await context.Request.ReadFormAsync(), clock.GetUtcNow());
        var errors = new FormErrors();
        if (words.To != RequestWords.Caller && view.WriteTo.All(vendor => vendor.Id != words.Vendor))
            errors.Add("to", "They have nothing to do with the request any more. Choose who is to read it.");
        var reply = MessageReply.Of(words.Text);
        if (reply is null && !errors.Any)
        {
            var outcome = await dispatch.WriteAsOwner(words.Vendor, words.Id, words.Text, member.Account);
            if (outcome is MessageOutcome.Written { Mailed: var mailed })
                return new SeeOther($"/requests/{id}?said={(mailed ? "written" : "kept")}#timeline");
            if (outcome is MessageOutcome.Unknown)
                return Results.NotFound();
            reply = MessageReply.Of(outcome);
        }

        if (reply is not null)
            errors.Add("message", reply.Says);
        return await Show(context, member, view, errors, words: reply?.IsFresh == true ? words with { Id = Guid.CreateVersion7(clock.GetUtcNow()) } : words);
    }

    private static async Task<IResult> SendAgain(Member member, Guid id, Guid mail)
    {
        if (await member.Scope.Dispatch(id).Look() is not { } view || view.Mails.All(known => known.Id != mail))
            return Results.NotFound();
        return new SeeOther($"/requests/{id}?said={(await member.Scope.Deliveries().SendAgain(mail) ? "again" : "gone")}#mail");
    }

    /// <param name="isDone">Whether it is as wanted already: the second click of a double click.</param>
    private static async Task<IResult> Act(Member member, Guid id, Func<IDispatchGrain, Task<bool>> act, string said, Func<DispatchView, bool> isDone)
    {
        var dispatch = member.Scope.Dispatch(id);
        return await dispatch.Look() is { } view ? Done(id, isDone(view) || await act(dispatch), said) : Results.NotFound();
    }

    private static SeeOther Done(Guid id, bool done, string said) => new($"/requests/{id}?said={(done ? said : "late")}");

    private static async Task<IResult> TooLong(HttpContext context, Member member, Guid id, string field, string text)
    {
        if (await member.Scope.Dispatch(id).Look() is not { } view)
            return Results.NotFound();
        var errors = new FormErrors();
        errors.Add(field, text.Length == 0 ? "Type the note." : $"That is {text.Length} characters; {LongestNote} fit.");
        return await Show(context, member, view, errors, closing: field == "closing" ? text : "", note: field == "note" ? text : "");
    }

    private static async Task<string> Lines(HttpContext context, string field) => (await context.Request.ReadFormAsync()).Text(field).ReplaceLineEndings("\n");

    private static async Task<IResult> Show(HttpContext context, Member member, DispatchView view, FormErrors errors, Pick? chosen = null, string closing = "", string note = "", string? said = null, RequestWords? words = null) =>
        context.Page<Request>(
            new { Member = member, View = view, Vendors = await Picks.Vendors(member.Scope.Directory(), includeInactive: false), Chosen = chosen ?? Pick.Nothing, Closing = closing, Note = note, Errors = errors, Said = said, Words = words ?? RequestWords.New(context) }, errors);
}
