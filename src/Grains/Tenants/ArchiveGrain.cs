using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Tenants;

[GrainType("archive")]
public sealed class ArchiveGrain(
    [PersistentState("archive")] IPersistentState<ArchiveState> stored, ArchiveParts parts, ArchiveLists lists, Ledger ledger, Outbox outbox, Keys keys, Policies policies, Site site, TimeProvider clock)
    : StoredGrain<ArchiveState>(stored), IArchiveGrain, IRemindable
{
    private const string Reminder = "work";
    private const int Lines = 1_000;

    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    // What one turn writes before others get theirs.
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(2);

    private IGrainTimer? _timer;

    private TenantId Id => new(this.GetPrimaryKeyString()["archive/".Length..]);

    private TenantScope Scope => GrainFactory.For(Id);

    public async Task<ArchiveView?> Start(AccountId by)
    {
        if (await Scope.Tenant().Profile() is null)
            return await LeavingNothing<ArchiveView?>(null);
        if (State.StartedAt is null || State.ReadyAt is not null)
        {
            var now = clock.GetUtcNow();
            await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
            await ledger.Execute("delete from archive where tenant_id = $1", Id.Value);
            var (id, total) = (Guid.CreateVersion7(now), await lists.Count(Id));
            await ledger.Execute("insert into archive (tenant_id, id, at) values ($1, $2, $3)", Id.Value, id, now);
            (State.Id, State.By, State.StartedAt, State.ReadyAt, State.HasTold, State.Total) = (id, by, now, null, false, total);
            (State.Part, State.After, State.Open, State.Files, State.Pieces, State.Bytes, State.Done, State.Directory) = (0, [], null, 0, 0, 0, 0, 0);
            await Write();
        }

        WorkOn();
        return await Look();
    }

    public Task<ArchiveView?> Look() => LeavingNothing(State.StartedAt is { } started && !(State.ReadyAt is not null && State.Until <= clock.GetUtcNow())
        ? new ArchiveView(State.Id, started, State.ReadyAt is not null ? 100 : (int)Math.Min(99, State.Done * 100 / Math.Max(1, State.Total)), State.ReadyAt, State.ReadyAt is null ? null : State.Until, State.Bytes, State.Pieces)
        : null);

    public async Task<byte[]?> Read(Guid id, int seq) =>
        seq >= 0 && await Look() is { ReadyAt: not null } view && view.Id == id && seq < view.Pieces
            ? (await ledger.Read("select data from archive_piece where tenant_id = $1 and archive_id = $2 and seq = $3", row => row.GetFieldValue<byte[]>(0), Id.Value, id, seq)).SingleOrDefault()
            : await LeavingNothing<byte[]?>(null);

    public async Task Forget()
    {
        _timer?.Dispose();
        _timer = null;
        await ledger.Execute("delete from archive where tenant_id = $1", Id.Value);
        if (Exists)
            await Clear();
        await this.Unremind(Reminder);
        DeactivateOnIdle();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Work();

    private void WorkOn() => _timer ??= this.RegisterGrainTimer(_ => Work(), new() { DueTime = TimeSpan.Zero, Period = TimeSpan.FromSeconds(1), KeepAlive = true });

    // What was cut off goes on after the last piece that was kept together with where it ended.
    private async Task Work()
    {
        var began = clock.GetTimestamp();
        if (State.StartedAt is null || State.ReadyAt is not null && State.Until <= clock.GetUtcNow() || await Scope.Tenant().Profile() is null)
        {
            await Forget();
            return;
        }

        while (State.ReadyAt is null)
        {
            if (clock.GetElapsedTime(began) > s_slice)
            {
                WorkOn();
                return;
            }

            await (State.Part < ArchiveParts.Directory ? WriteContent() : WriteDirectory());
        }

        if (!State.HasTold)
            await Tell();
        _timer?.Dispose();
        _timer = null;
    }

    private async Task WriteContent()
    {
        var part = await parts.Next(Scope, State.Part, State.After, State.Open is not null);
        var bytes = new List<byte[]>();
        if (part.File is not null)
        {
            if (State.Open is null)
                bytes.Add(ZipPieces.Begin(part.File));
            var open = State.Open ?? new ZipEntry(part.File, State.Bytes, 0, 0, 0);
            var packed = ZipPieces.Pack(part.Content, part.IsPackedAlready);
            bytes.Add(packed);
            open = open with { Crc = ZipPieces.Crc(open.Crc, part.Content), Size = open.Size + part.Content.Length, Packed = open.Packed + packed.Length };
            if (part.IsLast)
            {
                var (end, entry) = ZipPieces.End(open);
                bytes.Add(end);
                await Put(-(State.Files + 1), ZipPieces.Line(entry));
            }

            await Append([.. bytes.SelectMany(piece => piece)]);
            (State.Open, State.Files) = part.IsLast ? (null, State.Files + 1) : (open, State.Files);
        }

        (State.Part, State.After, State.Done) = (part.Part, part.After, State.Done + part.Rows);
        if (State.Part == ArchiveParts.Directory)
            State.Directory = State.Bytes;
        await Write();
    }

    // The lines of the files that are whole, then what ends a ZIP.
    private async Task WriteDirectory()
    {
        var from = State.After is [var number] ? int.Parse(number) : 0;
        var lines = await ledger.Read("select data from archive_piece where tenant_id = $1 and archive_id = $2 and seq < $3 and seq >= $4 order by seq desc", row => row.GetFieldValue<byte[]>(0), Id.Value, State.Id, -from, -from - Lines);
        var isLast = from + lines.Count >= State.Files;
        var bytes = lines.SelectMany(line => line).ToList();
        if (isLast)
            bytes.AddRange(ZipPieces.Finish(State.Files, State.Directory, State.Bytes - State.Directory + bytes.Count));
        await Append([.. bytes]);
        State.After = [$"{from + lines.Count}"];
        if (isLast)
        {
            (State.ReadyAt, State.Until) = (clock.GetUtcNow(), clock.GetUtcNow() + (await policies.Current()).ExportLink);
            // The sweep goes by this.
            await ledger.Execute("update archive set at = $3 where tenant_id = $1 and id = $2", Id.Value, State.Id, State.ReadyAt.Value);
        }

        await Write();
    }

    private async Task Append(byte[] piece)
    {
        await Put(State.Pieces, piece);
        State.Pieces++;
        State.Bytes += piece.Length;
    }

    // A piece that was written before the process ended is written once more, the same or newer.
    private Task<int> Put(int seq, byte[] data) => ledger.Execute(
        "insert into archive_piece (tenant_id, archive_id, seq, data) values ($1, $2, $3, $4) on conflict (tenant_id, archive_id, seq) do update set data = excluded.data", Id.Value, State.Id, seq, data);

    private async Task Tell()
    {
        if (await Scope.Tenant().Profile() is { } profile && await GrainFactory.GetGrain<IAccountGrain>($"account/{State.By}").Look() is { } account)
        {
            var link = site.App($"/takeout/{(await keys.Current()).Tokens.Sign(TokenPurpose.Archive, State.Until, Id.Value, State.Id.ToString("n"))}");
            var email = new ArchiveEmail(profile.Settings.BusinessName, link, State.Until, profile.Settings.ZoneId, State.Bytes);
            await outbox.Post(new OutgoingMail(State.Id, MailPriority.Normal, account.Email, "You", email) { Account = State.By, UselessAfter = State.Until });
        }

        await this.RegisterOrUpdateReminder(Reminder, State.Until - clock.GetUtcNow(), TimeSpan.FromHours(1));
        State.HasTold = true;
        await Write();
    }
}
