using System.Security.Cryptography;
using System.Text;
using Backsoon.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

[Collection(Backend.Name)]
public sealed class EvidenceTests(Backend shared) : IAsyncLifetime
{
    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task A_row_that_was_changed_removed_added_or_moved_is_found()
    {
        await Log(6);
        var rows = await Rows();
        var head = rows[^1].Hash;
        Assert.Equal(6, rows.Count);
        Assert.Null(Fault(rows));

        Assert.Equal("row 3", Fault([.. rows.Select(row => row.Seq == 3 ? row with { Entry = row.Entry.Replace("true", "false", StringComparison.Ordinal) } : row)]));
        Assert.Equal("row 3", Fault([.. rows.Select(row => row.Seq == 3 ? row with { At = row.At.AddSeconds(1) } : row)]));
        Assert.Equal("row 3", Fault([.. rows.Where(row => row.Seq != 3)]));
        Assert.Equal("row 2", Fault([rows[0], rows[2], rows[1], .. rows.Skip(3)]));
        Assert.Equal("row 4", Fault([.. rows.Take(3), rows[2], .. rows.Skip(3)]));
        Assert.Equal("row 1", Fault([.. rows.Skip(1)]));

        // One that is rewritten throughout adds up, and ends in another hash than somebody kept; so does one that is cut short.
        var rewritten = new List<LogRow>();
        foreach (var row in rows)
            rewritten.Add(LogRow.After(rewritten.LastOrDefault(), row.At, row.Entry.Replace("true", "false", StringComparison.Ordinal)));
        Assert.Null(Fault(rewritten));
        Assert.NotEqual(head, rewritten[5].Hash);
        Assert.NotEqual(head, rows[4].Hash);
    }

    [Fact]
    public async Task The_newest_row_is_signed_with_a_key_that_stays()
    {
        await Log(1);
        var evidence = _backend.Grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key);
        var first = await evidence.Append("""{"kept":true}""");
        await _backend.Restart();
        var second = await evidence.Append("""{"kept":true}""");

        Assert.Equal(first.PublicKey, second.PublicKey);
        Assert.Equal($"Row 3 of the log of promises of localhost:8080, written at 2026-01-05T09:00:00Z, has the hash {second.Hash}.\n", second.Statement);
        using var key = ECDsa.Create();
        key.ImportFromPem(second.PublicKey);
        Assert.True(Verifies(key, second.Statement, second.Signature));
        Assert.False(Verifies(key, second.Statement.Replace("Row 3", "Row 2", StringComparison.Ordinal), second.Signature));
        Assert.False(Verifies(key, second.Statement, first.Signature));
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from grain_state where grain_type = 'evidence' and position(convert_to('PRIVATE', 'UTF8') in payload) > 0"));
    }

    [Fact, Trait("Abuse", "43")]
    public async Task Two_that_write_at_once_write_one_chain()
    {
        // Held of another database, which keeps nobody from this one.
        await using var elsewhere = await shared.NewDatabase();
        await using var hold = new DatabaseLock(elsewhere);
        Assert.True(await hold.Take(TimeSpan.Zero, TimeProvider.System, default));
        using var stranger = _backend.Build(_backend.Database, _backend.Clock, services => services.AddSingleton(hold));
        await stranger.StartAsync();
        var writers = new[] { _backend.Grains, stranger.Services.GetRequiredService<IGrainFactory>() }.Select(grains => grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key)).ToArray();
        // The key is made by one of them; the other would be refused its own.
        await writers[0].Append("{}");

        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => writers[number % 2].Append($$"""{"number":{{number}}}""")));

        var rows = await Rows();
        Assert.Equal(61, rows.Count);
        Assert.Null(Fault(rows));
        Assert.Equal(60, rows.Skip(1).Select(row => row.Entry).Distinct().Count());
        await stranger.StopAsync();
    }

    [Fact]
    public async Task No_two_rows_can_follow_one_whoever_writes_them()
    {
        await Log(2);
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => _backend.Database.Execute(
            "insert into promise_log select 3, at, entry, prev_hash, '\\x01' from promise_log where seq = 2"));
        Assert.Equal("promise_log_prev_hash_key", refused.ConstraintName);
    }

    // What somebody does who reads the page: no code of ours, but the steps it names.
    private static string? Fault(IReadOnlyList<LogRow> rows)
    {
        var previous = new string('0', 64);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.Previous}\n{row.Seq}\n{row.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n{row.Entry}")));
            if (row.Seq != i + 1 || row.Previous != previous || row.Hash != hash)
                return $"row {i + 1}";
            previous = row.Hash;
        }

        return null;
    }

    private static bool Verifies(ECDsa key, string statement, string signature) =>
        key.VerifyData(Encoding.UTF8.GetBytes(statement), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private async Task Log(int rows)
    {
        for (var row = 0; row < rows; row++)
            await _backend.Grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key).Append($$"""{"number":{{row}},"kept":true}""");
    }

    private Task<List<LogRow>> Rows() => new Storage.Ledger(_backend.Database).Read(
        "select seq, at, entry, encode(prev_hash, 'hex'), encode(hash, 'hex') from promise_log order by seq",
        row => new LogRow(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetString(4)));
}
