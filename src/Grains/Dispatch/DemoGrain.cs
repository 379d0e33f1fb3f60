using System.Security.Cryptography;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Mail;
using Backsoon.Tenants;
using Dapper;
using Npgsql;

namespace Backsoon.Dispatch;

[GrainType("demo")]
public sealed class DemoGrain(NpgsqlDataSource database, Keys keys, TimeProvider clock) : Grain, IDemoGrain
{
    private const int Weeks = 5;

    // Always the same, like every id in it: a first start that was cut off is finished by the next one.
    private static readonly TenantId s_tenant = new("tenant_00000000000000000000000000000001");

    private static readonly string[] s_callers = ["Ana Duarte", "Tom Whelan", "Priya Nair", "Lukas Brandt", "Chiara Conti", "Mohammed Aziz", "Ewa Nowak", "Sam Okafor"];

    private static readonly (string Category, string Text)[] s_troubles =
    [
        ("Water leak", "Water is dripping through the kitchen ceiling, about a cup an hour. I have put a bucket under it."),
        ("Plumbing", "The shower drain backs up after two minutes. It has got slower over the last week."),
        ("Electrical", "Half the sockets in the living room are dead since this morning; the fuse box looks fine."),
        ("Locks and keys", "The key turns but the front door does not open unless I lift the handle hard."),
        ("No heat or hot water", "Boiler shows F28 and there is no hot water. There is a baby in the flat."),
        ("Something else", "The window of the bedroom no longer closes all the way, it is draughty at night."),
    ];

    public async Task Plant()
    {
        var slug = Slug.Parse(IDemoGrain.Slug);
        if (await GrainFactory.Slug(slug).Resolve() is not null)
            return;

        var now = clock.GetUtcNow();
        var email = EmailAddress.Parse(IDemoGrain.Owner);
        // Somebody else may be signing up under the name just now; then there is no demo, and that is fine.
        if (!await GrainFactory.Slug(slug).Reserve(s_tenant))
            return;

        var ring = await keys.Current();
        var account = await GrainFactory.GetGrain<IAddressGrain>($"address/{ring.For(email)}").Claim(AccountId.New(now));
        var scope = GrainFactory.For(s_tenant);
        await scope.Tenant().Found(account, email, new SignUpDetails("Maria Santos", "Harbour Lettings", slug, Industry.PropertyManagement, "Europe/Lisbon"));
        await GrainFactory.GetGrain<IAccountGrain>($"account/{account}").Open(email, "Maria Santos");
        await GrainFactory.GetGrain<IAccountGrain>($"account/{account}").Join(s_tenant);
        await Furnish(scope, now);
        await PlantHistory(scope, now);
        await SubmitToday(scope);
        await DemoBookings.Plant(scope, now);
        await GrainFactory.Slug(slug).Confirm(s_tenant);
    }

    private static async Task Furnish(TenantScope scope, DateTimeOffset now)
    {
        var directory = scope.Directory();
        var profile = await scope.Tenant().Profile() ?? throw new InvalidOperationException("The demo business is gone while it is being made.");
        await scope.Tenant().Change(profile.Settings with
        {
            Owner = profile.Settings.Owner with { Phone = "+351 912 345 678" },
            About = "We look after 12 homes around the old harbour.",
            EmergencyText = "If water is coming in or there is a smell of gas, call us now and do not wait for a mail.",
            EmergencyPhone = "+351 912 345 678",
        });
        var vendors = new[] { ("Rivera Plumbing", "jobs@rivera.example"), ("Cole & Sons", "office@cole.example"), ("Brightline Electric", "dispatch@brightline.example"), ("Keystone Locks", "hello@keystone.example") }
            .Select(v => new Vendor(IdOf(v.Item1), v.Item1, EmailAddress.Parse(v.Item2), "+351 21 000 00 00", null, Active: true)).ToArray();
        foreach (var vendor in vendors)
            await directory.PutVendor(vendor);
        await scope.Tenant().Leave(new Absence(IdOf("away"), now.AddDays(-1), now.AddDays(4), "The people who help here are on duty and answer for us.", null, HoldsRoutine: false));
        foreach (var (label, reference) in new[] { ("Quay House 1", "Rua do Cais 14, 1.º Esq."), ("Quay House 2", "Rua do Cais 14, 1.º Dto."), ("Lantern Court", "Largo da Lanterna 3"), ("Old Customs Flat", "Rua da Alfândega 8"), ("Gull's Nest", "Travessa das Gaivotas 21"), ("Ropewalk Studio", "Beco da Cordoaria 5") })
            await directory.PutSubject(new Subject(IdOf(label), label, reference, Active: true));

        var categories = (await directory.Categories()).ToDictionary(c => c.Name, c => c.Id);
        Task Ask(string category, params (Vendor Vendor, int Minutes)[] steps) =>
            directory.PutRule(new Rule(IdOf($"rule {category}"), null, categories[category], [.. steps.Select(s => new RuleStep(s.Vendor.Id, TimeSpan.FromMinutes(s.Minutes)))]));
        await Ask("Water leak", (vendors[0], 10), (vendors[1], 20));
        await Ask("No heat or hot water", (vendors[0], 15), (vendors[1], 30));
        await Ask("Plumbing", (vendors[0], 120), (vendors[1], 240));
        await Ask("Electrical", (vendors[2], 60));
        await Ask("Locks and keys", (vendors[3], 60), (vendors[1], 60));
    }

    // Today's come in as a caller's would: somebody is asked, somebody has accepted, one waits for the owner.
    private static async Task SubmitToday(TenantScope scope)
    {
        var categories = (await scope.Directory().Categories()).ToDictionary(category => category.Name, category => category.Id);
        var subjects = (await scope.Directory().Subjects(new PageRequest("", null, 50, IncludeInactive: false))).Items;
        for (var i = 1; i <= 4; i++)
        {
            var (category, text) = s_troubles[i % 4 == 0 ? 5 : i];
            var dispatch = scope.Dispatch(IdOf($"today {i}"));
            await dispatch.Submit(new Submission(subjects[i % subjects.Length].Id, categories[category], s_callers[i + 2], "+351 913 555 010", null, text, new byte[32]));
            if (i == 1 && await dispatch.Look() is { With: { } vendor })
                await dispatch.Answer(vendor.Id, VendorAnswer.Accept, "");
        }
    }

    // The past is written as rows: the chain that would have made it took weeks.
    private async Task PlantHistory(TenantScope scope, DateTimeOffset now)
    {
        var directory = scope.Directory();
        var categories = (await directory.Categories()).ToDictionary(c => c.Name);
        var subjects = (await directory.Subjects(new PageRequest("", null, 50, IncludeInactive: false))).Items;
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await connection.ExecuteScalarAsync<bool>("select exists (select from dispatch where tenant_id = @tenant)", new { tenant = scope.Id.Value }, transaction))
            return;
        for (var i = 0; i < Weeks * 7; i++)
        {
            var (categoryName, text) = s_troubles[i * 5 % s_troubles.Length];
            var (category, subject, caller) = (categories[categoryName], subjects[i * 7 % subjects.Length], s_callers[i * 3 % s_callers.Length]);
            var received = now.AddDays(-i - 1).AddMinutes(-(i * 97 % 600));
            var accepted = received.AddMinutes(3 + i * 13 % 40);
            var done = accepted.AddHours(1 + i % 6);
            if (await directory.Route(subject.Id, category.Id) is not { } plan)
                return;
            var vendor = plan.Steps is [{ Vendors: [var first, ..] }, ..] ? first : null;
            var id = Guid.CreateVersion7(received);
            var row = new
            {
                tenant = scope.Id.Value, id, reference = RequestReference.Of(id), received, plan = PlanJson.Write(plan.Steps), subject = subject.Id, label = subject.Label, address = subject.Reference,
                category = category.Id, category.Name, category.Urgent, caller, text, fingerprint = new byte[32], status = (short)(vendor is null ? DispatchStatus.Closed : DispatchStatus.Done),
                with = vendor?.Id, withName = vendor?.Name, done, accepted, doneText = i % 4 == 0 ? "Replaced the seal, no charge for parts." : null,
            };
            await connection.ExecuteAsync("""
                insert into dispatch (tenant_id, id, reference, received_at, subject_id, subject_label, subject_reference, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, status, plan, step, with_id, with_name, shard, closed_at)
                values (@tenant, @id, @reference, @received, @subject, @label, @address, @category, @Name, @Urgent, @caller, '+351 913 555 010', @text, @fingerprint, @status, @plan::json, 0, @with, @withName, 0, @done)
                """, row, transaction);
            await connection.ExecuteAsync("""
                insert into dispatch_event (tenant_id, dispatch_id, seq, at, kind, who, vendor_id, text)
                select @tenant, @id, seq, at, kind, who, vendor, text from (values
                    (0, @received::timestamptz, 0::smallint, @caller, null::uuid, null),
                    (1, @received::timestamptz, 1::smallint, @withName, @with::uuid, null),
                    (2, @accepted::timestamptz, 6::smallint, @withName, @with::uuid, null),
                    (3, @done::timestamptz, 9::smallint, @withName, @with::uuid, @doneText)) as e (seq, at, kind, who, vendor, text)
                where @withName is not null or kind = 0
                """, row, transaction);
        }

        await connection.ExecuteAsync("insert into dispatch_unread (tenant_id, dispatch_id) select tenant_id, id from dispatch where tenant_id = @tenant", new { tenant = scope.Id.Value }, transaction);
        await transaction.CommitAsync();
    }

    private static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
