using System.IO.Compression;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class ArchiveTests(Backend backend)
{
    // Tables of a tenant that are not in it, each with why. A new one fails the first test until it is in one of the two.
    private static readonly Dictionary<string, string> s_leftOut = new()
    {
        ["photo_chunk"] = "the photos themselves are in it as files",
        ["dispatch_words"] = "words of requests again, to search by",
        ["dispatch_unread"] = "what is to be searched soon",
        ["import"] = "a file that the owner has, for a day",
        ["import_piece"] = "the same",
        ["suppression"] = "keyed hashes of addresses that refuse mail",
        ["mail_day"] = "counts, for a month",
        ["development_mail"] = "mails on the machine of whoever tries it out",
        ["billing_account"] = "ids of Stripe's, who shows invoices and cards to the owner itself",
        ["calendar_connection"] = "that there is access, which cannot be taken along",
        ["calendar_event"] = "ids of Google's",
        ["calendar_write"] = "what is still to be written to a calendar, wrapped",
        ["archive"] = "archives",
        ["archive_piece"] = "archives",
    };

    [Fact, Promise("R33", "C20", "C21", "C27")]
    public async Task Every_word_of_every_table_comes_back_out()
    {
        const string word = "zubervane";
        var office = await Opened("=1+1", word);
        await Plant.Everywhere(backend.Database, office.Tenant, word, backend.Clock.GetUtcNow());
        await backend.Database.Execute("update dispatch set body = '=SUM(A1) zubervane' where tenant_id = $1", office.Tenant.Value);

        using var zip = await Made(office);

        var tables = (await Dump.Columns(backend.Database)).GroupBy(column => column.Table).Where(table => table.Any(column => column.Name == "tenant_id")).ToDictionary(table => table.Key, table => table.ToList());
        Assert.Equal(tables.Keys.Order(), ArchiveLists.All.Select(list => list.Table).Concat(s_leftOut.Keys).Order());
        foreach (var list in ArchiveLists.All)
        {
            var json = System.Text.Json.JsonDocument.Parse(Text(zip, $"{list.Name}.json")).RootElement;
            var csv = Text(zip, $"{list.Name}.csv");
            foreach (var column in tables[list.Table].Where(column => column.Name != "tenant_id" && !list.Without.Contains(column.Name)))
            {
                Assert.True(csv.Split('\r')[0].Contains(column.Name, StringComparison.Ordinal), $"{list.Name}.csv has no {column.Name}");
                if (Plant.HoldsWords(column))
                    Assert.True(json.EnumerateArray().Any(row => row.GetProperty(column.Name).GetRawText().Contains(word, StringComparison.Ordinal)), $"{list.Name}.json lost {column.Name}");
            }
        }

        Assert.Contains(word, Text(zip, "business.json"), StringComparison.Ordinal);
        Assert.Contains("'=SUM(A1)", Text(zip, "requests.csv"), StringComparison.Ordinal);
        Assert.DoesNotContain(",=SUM", Text(zip, "requests.csv"), StringComparison.Ordinal);
        Assert.Equal(word, Text(zip, Assert.Single(zip.Entries, entry => entry.FullName.StartsWith("photos/", StringComparison.Ordinal)).FullName));
        Assert.Contains("requests", Text(zip, "readme.txt"), StringComparison.OrdinalIgnoreCase);
        await office.Scope.Tenant().Erase();
    }

    [Fact, Promise("R33")]
    public async Task A_long_history_is_made_in_pieces_of_which_none_is_large()
    {
        // With ./test faults as many as a busy desk gets in its whole life.
        var many = Environment.GetEnvironmentVariable("BACKSOON_FAULTS") == "full" ? 100_000 : 20_000;
        var office = await Opened("Ana", "A desk");
        await backend.Database.Execute(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, shard)
            select $1, gen_random_uuid(), 'X', $2, gen_random_uuid(), 'Water leak', false, 'Rui', '1', repeat(md5(i::text), 10), '\x00', 4, '[]', 0, 0 from generate_series(1, $3) i
            """,
            office.Tenant.Value, backend.Clock.GetUtcNow(), many);

        using var zip = await Made(office);

        Assert.Equal(many, System.Text.Json.JsonDocument.Parse(Text(zip, "requests.json")).RootElement.GetArrayLength());
        Assert.Equal(many + 1, Text(zip, "requests.csv").Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.InRange(await backend.Database.Scalar<int>("select max(octet_length(data)) from archive_piece where tenant_id = $1", office.Tenant.Value), 1, 256 * 1024);
        await office.Scope.Tenant().Erase();
    }

    [Theory, Promise("R33")]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(26)]
    [InlineData(47)]
    public async Task One_that_is_cut_off_goes_on_where_it_was(int write)
    {
        var office = await Opened("Ana", "A desk");
        await backend.Rest();
        await using (var fault = await Fault.OnWrite(backend.Database, write))
        {
            try
            {
                await office.Scope.Archive().Start(office.Account);
            }
            catch (OrleansException)
            {
                Assert.True(await fault.HasFired());
            }

            await Backend.Eventually(fault.HasFired, "a write failed");
            await backend.Rest();
        }

        await backend.Restart();
        await backend.Advance(TimeSpan.FromMinutes(1));
        using var zip = await Made(office);
        Assert.Equal(2 + 2 * ArchiveLists.All.Length, zip.Entries.Count);
        Assert.All(zip.Entries, entry => Assert.NotEqual("", Text(zip, entry.FullName)));
        await office.Scope.Tenant().Erase();
    }

    [Fact, Promise("R33")]
    public async Task It_is_mailed_once_and_gone_when_its_link_is_over()
    {
        var other = await backend.Beside();
        try
        {
            var office = await Office.Open(other);
            await other.Grains.GetGrain<IAccountGrain>($"account/{office.Account}").Join(office.Tenant);
            await office.Scope.Archive().Start(office.Account);
            var mail = await other.Mails.Next(office.Owner, "archive");
            Assert.Contains("/takeout/", mail.Text, StringComparison.Ordinal);
            var view = (await office.Scope.Archive().Look())!;
            Assert.Equal(TimeSpan.FromDays(7), view.Until - view.ReadyAt);
            Assert.NotNull(await office.Scope.Archive().Read(view.Id, 0));
            Assert.Null(await office.Scope.Archive().Read(view.Id, -1));
            await other.Advance(TimeSpan.FromDays(7));
            Assert.Null(await office.Scope.Archive().Look());
            Assert.Null(await office.Scope.Archive().Read(view.Id, 0));
            await other.Advance(TimeSpan.FromHours(2));
            await Backend.Eventually(async () => await other.Database.Scalar<long>("select count(*) from archive_piece") == 0, "its pieces are gone");
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private async Task<Office> Opened(string name, string about)
    {
        var office = await Office.Open(backend);
        var profile = (await office.Scope.Tenant().Profile())!;
        await office.Scope.Tenant().Change(profile.Settings with { About = about, Owner = new OwnerContact(name, EmailAddress.Parse("ana@example.com"), null) });
        // What is planted is no address: the directory has to have read its rows before.
        await office.Scope.Directory().Desk();
        return office;
    }

    private static async Task<ZipArchive> Made(Office office)
    {
        var archive = office.Scope.Archive();
        if (await archive.Look() is null)
            await archive.Start(office.Account);
        var view = await Backend.Eventually(async () => await archive.Look() is { ReadyAt: not null } ready ? ready : null, "the archive is ready");
        var file = new MemoryStream();
        for (var seq = 0; seq < view.Pieces; seq++)
            file.Write((await archive.Read(view.Id, seq))!);
        Assert.Equal(view.Bytes, file.Length);
        return new ZipArchive(file, ZipArchiveMode.Read);
    }

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
