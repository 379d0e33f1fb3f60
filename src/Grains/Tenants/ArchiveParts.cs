using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>What the next piece of an archive holds.</summary>
/// <param name="File">The file it belongs to.</param>
/// <param name="IsLast">Whether the file ends with it.</param>
/// <param name="Part">Which part comes after it, and from where.</param>
/// <param name="Rows">How far it gets.</param>
public sealed record ArchivePart(string? File, byte[] Content, bool IsLast, int Part, List<string> After, int Rows, bool IsPackedAlready = false);

/// <summary>Reads an archive's content in order, from wherever the last piece ended.</summary>
public sealed class ArchiveParts(Ledger ledger, ArchiveLists lists)
{
    public static readonly int Photos = 2 + 2 * ArchiveLists.All.Length;
    public static readonly int Directory = Photos + 1;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string ReadMe =
        """
        Everything that Backsoon keeps of your business, as of the moment this file was made.

        business.json   your profile, settings, absences, people who sign in, services and hosts
        *.json, *.csv   each list twice: JSON for programs, CSV for spreadsheets (UTF-8, commas)
        photos/         photos of requests, by their id; photos.csv says which request each is of

        Ids connect the lists: request-events and photos name the request they belong to in dispatch_id, rule-steps their rule, appointment-events their appointment.
        Times are in UTC. In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe.
        Not in here: the words of mails, which are deleted once they are sent, and secrets such as access to calendars.
        """;

    public async Task<ArchivePart> Next(TenantScope scope, int part, List<string> after, bool isOpen)
    {
        if (part == 0)
            return new ArchivePart("readme.txt", Encoding.UTF8.GetBytes(ReadMe.ReplaceLineEndings("\r\n")), true, 1, [], 0);
        if (part == 1)
            return new ArchivePart("business.json", await Business(scope), true, 2, [], 0);
        return part < Photos ? await Rows(scope.Id, part, after, isOpen) : await Photo(scope.Id, part, after);
    }

    private async Task<ArchivePart> Rows(TenantId tenant, int part, List<string> after, bool isOpen)
    {
        var list = ArchiveLists.All[(part - 2) / 2];
        var rows = await lists.Read(tenant, list, after);
        var isLast = rows.Count < ArchiveLists.Rows;
        var text = new StringBuilder();
        if (part % 2 == 0)
        {
            text.Append(isOpen ? "" : "[");
            foreach (var (json, _) in rows)
                text.Append(text.Length == 1 && !isOpen ? "\n" : ",\n").Append(json);
            text.Append(isLast ? "\n]\n" : "");
        }
        else
        {
            var columns = await lists.Columns(list);
            if (!isOpen)
            {
                text.Append(Csv.ByteOrderMark);
                Csv.Append(text, [.. columns]);
            }

            text.Append(ArchiveLists.Csv(columns, rows.Select(row => row.Json)));
        }

        return new ArchivePart($"{list.Name}.{(part % 2 == 0 ? "json" : "csv")}", Encoding.UTF8.GetBytes(text.ToString()), isLast, isLast ? part + 1 : part, isLast ? [] : rows[^1].Key, rows.Count);
    }

    // Of one piece of one photo: after the piece of that number of that photo.
    private async Task<ArchivePart> Photo(TenantId tenant, int part, List<string> after)
    {
        var (id, seq) = after is [var text, var number] ? (Guid.Parse(text), int.Parse(number)) : (Guid.Empty, int.MaxValue);
        var next = await ledger.Read(
            """
            select p.id, c.seq, not exists (select from photo_chunk n where n.tenant_id = p.tenant_id and n.photo_id = p.id and n.seq > c.seq), p.media_type, c.data from photo p join photo_chunk c on c.tenant_id = p.tenant_id and c.photo_id = p.id
            where c.tenant_id = $1 and p.attached and (c.photo_id, c.seq) > ($2, $3) order by c.photo_id, c.seq limit 1
            """,
            row => (Id: row.GetGuid(0), Seq: row.GetInt32(1), IsLast: row.GetBoolean(2), Type: row.GetString(3), Data: row.GetFieldValue<byte[]>(4)), tenant.Value, id, seq);
        if (next is not [var photo])
            return new ArchivePart(null, [], false, part + 1, [], 0);
        return new ArchivePart($"photos/{photo.Id}.{photo.Type.Split('/')[^1].Replace("jpeg", "jpg", StringComparison.Ordinal)}", photo.Data, photo.IsLast, part, [photo.Id.ToString(), $"{photo.Seq}"], 1, IsPackedAlready: true);
    }

    private static async Task<byte[]> Business(TenantScope scope)
    {
        var profile = await scope.Tenant().Profile();
        var people = new List<object>();
        foreach (var member in profile?.Members ?? [])
        {
            if (await scope.Grains.GetGrain<IAccountGrain>($"account/{member}").Look() is { } account)
                people.Add(new { account.Name, Email = account.Email.Value });
        }

        var booking = await scope.Booking().Look();
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                profile?.Settings, Page = profile?.Slug.Value, Industry = profile?.Industry.ToString(), profile?.FoundedAt, profile?.Absences, People = people,
                Booking = booking is null ? null : new { booking.Settings, booking.Services, booking.Hosts },
            },
            s_json);
    }
}
