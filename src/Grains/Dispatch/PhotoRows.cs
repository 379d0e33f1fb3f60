using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Photos and their parts: kept whole in one statement, read part by part.</summary>
public sealed class PhotoRows(Ledger ledger)
{
    // Two that arrive at once may choose one place; the loser chooses again, and after so many there is none.
    private const int Tries = 2 * Photo.MostOfRequest;

    private static readonly string s_keep =
        $"""
        with place as (
            select min(n) as position from generate_series(1, {Photo.MostOfRequest}) n where not exists (select from photo where tenant_id = $1 and dispatch_id = $2 and position = n)
        ), kept as (
            insert into photo (tenant_id, dispatch_id, id, position, media_type, width, height, bytes, chunks, at)
            select $1, $2, $3, place.position, $4, $5, $6, $7, $8, $9 from place
            where place.position is not null and exists (select from dispatch where tenant_id = $1 and id = $2 and closed_at is null)
            on conflict do nothing
            returning id
        )
        insert into photo_chunk (tenant_id, photo_id, seq, data) select $1, $3, part.seq - 1, part.data from unnest($10) with ordinality as part (data, seq) where exists (select from kept)
        """;

    private const string Standing =
        """
        select exists (select from photo where tenant_id = $1 and dispatch_id = $2 and id = $3), (select count(*) from photo where tenant_id = $1 and dispatch_id = $2),
            exists (select from dispatch where tenant_id = $1 and id = $2 and closed_at is null)
        """;

    /// <summary>Kept also when it was before.</summary>
    public async Task<PhotoOutcome> Keep(TenantId tenant, Guid dispatch, Guid id, PhotoRebuild photo, DateTimeOffset now)
    {
        var chunks = photo.File.Chunk(Photo.ChunkSize).ToArray();
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            if (await ledger.Execute(s_keep, tenant.Value, dispatch, id, photo.MediaType, photo.Width, photo.Height, photo.File.Length, chunks.Length, now, chunks) > 0)
                return PhotoOutcome.Kept;
            switch ((await ledger.Read(Standing, row => (Has: row.GetBoolean(0), Count: row.GetInt64(1), IsOpen: row.GetBoolean(2)), tenant.Value, dispatch, id))[0])
            {
                case { Has: true }:
                    return PhotoOutcome.Kept;
                case { IsOpen: false }:
                    return PhotoOutcome.Over;
                case { Count: >= Photo.MostOfRequest }:
                    return PhotoOutcome.Full;
            }
        }

        return PhotoOutcome.Busy;
    }

    public async Task<byte[]?> Read(TenantId tenant, Guid photo, int seq) =>
        await ledger.Read("select data from photo_chunk where tenant_id = $1 and photo_id = $2 and seq = $3", row => row.GetFieldValue<byte[]>(0), tenant.Value, photo, seq) is [var data] ? data : null;
}
