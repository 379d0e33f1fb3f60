using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("import")]
public sealed class ImportGrain(ImportRows imports, DirectoryRows directory, TimeProvider clock) : Grain, IImportGrain, IRemindable
{
    private const string Reminder = "finish";
    private const int MostPieces = (IImportGrain.MaxBytes / IImportGrain.Piece) + 1;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private TenantId _tenant;
    private Guid _id;
    private int _written;
    private IGrainTimer? _timer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var (start, end) = ("import/".Length, key.LastIndexOf('/'));
        (_tenant, _id) = (new TenantId(key[start..end]), Guid.ParseExact(key.AsSpan(end + 1), "n"));
        return Task.CompletedTask;
    }

    public async Task<bool> Take(ListKind kind, int position, byte[] piece)
    {
        if (position is < 0 or > MostPieces || piece.Length > IImportGrain.Piece)
            throw new ArgumentException($"A file has at most {MostPieces} pieces of {IImportGrain.Piece} bytes.", nameof(position));
        if (await GrainFactory.For(_tenant).Tenant().Profile() is null)
            return false;
        await imports.Take(_tenant, _id, kind, clock.GetUtcNow(), position, piece);
        return true;
    }

    public async Task<ImportView?> Look() => await imports.Read(_tenant, _id) switch
    {
        null => null,
        { State: ImportState.Waiting } waiting => View(await Plan(waiting.Kind), waiting),
        var begun => new ImportView(begun.Kind, begun.State, begun.Added, begun.Changed, begun.Unchanged, begun.State == ImportState.Importing ? _written : begun.Added + begun.Changed, false, [], [], 0, [], []),
    };

    public async Task<bool> Apply()
    {
        if (await imports.Read(_tenant, _id) is not { } import)
            return false;
        if (import.State != ImportState.Waiting)
            return true;
        var plan = await Plan(import.Kind);
        if (plan.ProblemCount > 0)
            return false;

        await this.RegisterOrUpdateReminder(Reminder, s_minute, s_minute);
        await imports.Begin(_tenant, _id, plan);
        _timer ??= this.RegisterGrainTimer(_ => Finish(), new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        return true;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Finish();

    // What was cut off is begun anew by the reminder: before the commit nothing of it is there, after it only the directory has to be told.
    private async Task Finish()
    {
        var import = await imports.Read(_tenant, _id);
        if (import?.State == ImportState.Importing)
        {
            var plan = await Plan(import.Kind);
            if (plan.ProblemCount > 0 || !await directory.Write(_tenant, plan, _id, written => _written = written))
                await imports.Refuse(_tenant, _id);
            import = await imports.Read(_tenant, _id);
        }

        if (import?.State == ImportState.Written)
        {
            await GrainFactory.For(_tenant).Directory().Reload();
            await imports.Finish(_tenant, _id);
        }

        await this.Unremind(Reminder);
        _timer?.Dispose();
        _timer = null;
    }

    private async Task<ImportPlan> Plan(ListKind kind)
    {
        var (file, snapshot) = (await imports.File(_tenant, _id), await directory.Read(_tenant));
        return ImportPlan.Of(kind, file, snapshot, clock.GetUtcNow());
    }

    private static ImportView View(ImportPlan plan, ImportRecord import) => new(
        plan.Kind, import.State, plan.Added.Length, plan.Changed.Length, plan.Unchanged, 0, import.Refused, plan.Ignored, plan.Problems, plan.ProblemCount, plan.Changes, plan.NewNames);
}
