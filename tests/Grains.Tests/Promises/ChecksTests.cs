using Backsoon.Accounts;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>Each promise is measured by what there really is, and one that is broken is told.</summary>
[Collection(Backend.Name)]
public sealed class ChecksTests(Backend shared) : IAsyncLifetime
{
    private static readonly EmailAddress s_operator = EmailAddress.Parse("ops@example.com");
    private readonly ManualClock _clock = new();
    private readonly RecordedMails _mails = new();
    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("logs");
    private NpgsqlDataSource _database = null!;
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await shared.NewDatabase();
        _host = shared.Build(_database, _clock, services => services.Replace(ServiceDescriptor.Singleton<MailTransport>(_mails)).Replace(ServiceDescriptor.Singleton(new OperatorSettings(s_operator))).Replace(ServiceDescriptor.Singleton(new LogFolder(_logs.FullName))));
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
        _logs.Delete(recursive: true);
    }

    [Fact]
    public async Task Where_nothing_happened_there_is_nothing_to_measure_and_all_is_kept()
    {
        var standing = await Checks.Check();
        Assert.Equal(Catalogue.All.Select(promise => promise.Key), standing.Values.Select(value => value.Key));
        Assert.All(standing.Values, value => Assert.Null(value.Measured));
        Assert.All(standing.Values, value => Assert.True(value.IsKept, value.Key));
    }

    [Fact, Promise("R13", "C8", "P4", "R38", "R39", "R40", "R41", "W16", "P14", "W15")]
    public async Task What_is_kept_is_measured_by_its_oldest()
    {
        var account = AccountId.New(_clock.GetUtcNow());
        await Grains.GetGrain<IAccountGrain>($"account/{account}").Open(EmailAddress.Parse("ana@example.com"), "Ana");
        await Grains.GetGrain<IAccountGrain>($"account/{account}").SignIn(Person.NewSession(), new Visitor("203.0.113.7", "Firefox", null));
        Assert.Equal(TimeSpan.FromDays(30), (await Value("session")).Measured);
        _clock.Jump(TimeSpan.FromDays(3));
        Assert.Equal(TimeSpan.FromDays(3), (await Value("sources")).Measured);

        await _database.Execute("insert into attempt (kind, source, at) values ('sign-in-ip', '\\x01', $1)", _clock.GetUtcNow() - TimeSpan.FromDays(11));
        await _database.Execute("insert into slug_hold (slug, until) values ('\\x01', $1)", _clock.GetUtcNow() + TimeSpan.FromDays(41));
        await _database.Execute("insert into webhook (provider, event_id, received_at) values ('resend', 'x', $1)", _clock.GetUtcNow() - TimeSpan.FromDays(7));
        await _database.Execute(
            "insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, status, useless_after) values (gen_random_uuid(), 'a', 'sign-in', 'You', 0, $1, $1, 2, $1::timestamptz + interval '15 minutes')", _clock.GetUtcNow());

        await _database.Execute("insert into billing_record (invoice_id, payer, amount, currency, paid_at) values ('in_1', '\\x01', 900, 'eur', $1)", _clock.GetUtcNow() - TimeSpan.FromDays(400));

        Assert.Equal(TimeSpan.FromDays(400), (await Value("billing-records")).Measured);
        Assert.Equal(TimeSpan.FromDays(11), (await Value("sources")).Measured);
        Assert.Equal(TimeSpan.FromDays(41), (await Value("slug-hold")).Measured);
        Assert.Equal(TimeSpan.FromDays(7), (await Value("reports")).Measured);
        Assert.Equal(TimeSpan.FromMinutes(15), (await Value("magic-link")).Measured);
    }

    [Fact, Promise("R14")]
    public async Task Log_files_are_as_old_as_their_first_word_and_go_before_they_are_30_days_old()
    {
        var (younger, older) = (Path.Combine(_logs.FullName, "postgres-Mon.log"), Path.Combine(_logs.FullName, "postgres-Tue.log"));
        foreach (var (file, days) in new[] { (younger, 4), (older, 27) })
        {
            await File.WriteAllTextAsync(file, "FATAL: the database system is starting up");
            File.SetLastWriteTimeUtc(file, (_clock.GetUtcNow() - TimeSpan.FromDays(days)).UtcDateTime);
        }

        Assert.Equal(TimeSpan.FromDays(28), (await Value("logs")).Measured);
        _clock.Jump(TimeSpan.FromHours(25));
        Assert.Equal(TimeSpan.FromDays(5) + TimeSpan.FromHours(25), (await Value("logs")).Measured);
        Assert.False(File.Exists(older));
        Assert.True(File.Exists(younger));
    }

    [Fact, Promise("R32", "R34", "P13", "R23", "R43")]
    public async Task What_is_to_be_gone_and_is_not_is_measured_since_it_was_asked_for()
    {
        await _database.Execute("insert into tenant (id, founded_at, erasing_at) values ('tenant_x', $1, $1)", _clock.GetUtcNow());
        _clock.Jump(TimeSpan.FromDays(2));
        Assert.Equal(TimeSpan.FromDays(2), (await Value("deletion")).Measured);

        await _database.Execute(
            "insert into grain_state (service_id, grain_type, grain_key, payload, version) values ('x', 'revocation', 'revocation/x', convert_to(json_build_object('Until', $1::timestamptz)::text, 'UTF8'), 1)", _clock.GetUtcNow() + TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromDays(5), (await Value("revocation")).Measured);
    }

    [Fact, Promise("R47", "C30", "P16")]
    public async Task Letters_are_measured_until_they_are_answered_and_reports_in_business_days()
    {
        // Thursday at noon; answered on Monday at noon.
        var thursday = new DateTimeOffset(2026, 1, 8, 12, 0, 0, TimeSpan.Zero);
        _clock.Jump(thursday + TimeSpan.FromDays(6) - _clock.GetUtcNow());
        await Letter("a", LetterKind.Vulnerability, thursday, thursday + TimeSpan.FromDays(4));
        await Letter("b", LetterKind.Privacy, thursday, thursday + TimeSpan.FromHours(30));
        await Letter("c", LetterKind.Rights, thursday, null);

        Assert.Equal(TimeSpan.FromDays(2), (await Value("vulnerability-answer")).Measured);
        Assert.Equal(TimeSpan.FromHours(30), (await Value("privacy-answer")).Measured);
        Assert.Equal(TimeSpan.FromDays(6), (await Value("rights-answer")).Measured);
    }

    [Fact, Promise("P16", "R36")]
    public async Task What_businesses_are_asked_about_data_is_measured_with_it_and_the_operator_told_before_it_is_late()
    {
        await _database.Execute("insert into tenant (id, founded_at) values ('tenant_x', $1)", _clock.GetUtcNow());
        await _database.Execute("insert into data_request (tenant_id, id, reference, wish, asked_at, due_at) values ('tenant_x', gen_random_uuid(), 'D-4KQ-27X', 1, $1, $1::timestamptz + interval '30 days')", _clock.GetUtcNow());
        _clock.Jump(TimeSpan.FromDays(22));
        Assert.Equal(TimeSpan.FromDays(22), (await Value("rights-answer")).Measured);
        await EveryMailWasSent();
        Assert.Empty(_mails.To(s_operator));

        _clock.Jump(TimeSpan.FromDays(1));
        await Checks.Check();
        await Checks.Check();

        await EveryMailWasSent();
        Assert.Contains("Write to its owner", Assert.Single(_mails.To(s_operator)).Text, StringComparison.Ordinal);
        await _database.Execute("update data_request set answered_at = $1", _clock.GetUtcNow());
        _clock.Jump(TimeSpan.FromDays(8));
        Assert.True((await Value("rights-answer")).IsKept);
    }

    [Fact]
    public async Task A_promise_that_is_broken_is_told_once_and_remembered_when_it_is_kept_again()
    {
        await _database.Execute("insert into tenant (id, founded_at, erasing_at) values ('tenant_x', $1, $1)", _clock.GetUtcNow());
        _clock.Jump(TimeSpan.FromDays(8));
        var broken = await Value("deletion");
        var at = _clock.GetUtcNow();
        Assert.False(broken.IsKept);
        _clock.Jump(TimeSpan.FromHours(1));
        await Checks.Check();
        await Backend.Eventually(() => Task.FromResult(_mails.To(s_operator).Count > 0), "the operator was told");
        await _database.Execute("delete from tenant");
        _clock.Jump(TimeSpan.FromHours(1));

        var kept = await Value("deletion");
        Assert.True(kept.IsKept);
        Assert.Equal(at + TimeSpan.FromHours(1), kept.LastBreach);
        await EveryMailWasSent();
        var mail = Assert.Single(_mails.To(s_operator));
        Assert.Contains("8 of 7 days", mail.Text, StringComparison.Ordinal);

        Assert.Equal(["false", "true"], (await new Storage.Ledger(_database).Read(
            "select p ->> 'kept' from promise_log, jsonb_array_elements(entry::jsonb -> 'promises') p where p ->> 'promise' = 'deletion' order by seq", row => row.GetString(0))).Distinct());
    }

    [Fact]
    public async Task It_is_looked_every_hour_by_the_clock_alone()
    {
        var own = await shared.Beside();
        await own.Live(1);
        Assert.Equal(1, await own.Database.Scalar<long>("select count(*) from promise_log"));
        for (var hour = 0; hour < 3; hour++)
        {
            await own.Advance(TimeSpan.FromHours(1));
            await own.Rest();
        }

        Assert.Equal(4, await own.Database.Scalar<long>("select count(*) from promise_log"));
        await own.DisposeAsync();
    }

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private IChecksGrain Checks => Grains.GetGrain<IChecksGrain>(IChecksGrain.Key);

    private Task EveryMailWasSent() => Backend.Eventually(async () => await _database.Scalar<long>("select count(*) from outbox where status in (0, 1)") == 0, "every mail was sent");

    private async Task<PromiseValue> Value(string key) => (await Checks.Check()).Values.Single(value => value.Key == key);

    private Task<int> Letter(string reference, LetterKind kind, DateTimeOffset received, DateTimeOffset? answered) => _database.Execute(
        "insert into letter (reference, kind, received_at, due_at, answered_at) values ($1, $2, $3, $3, $4)", reference, (short)kind, received, answered is { } at ? at : DBNull.Value);
}
