using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backsoon.Embedded;
using Backsoon.Mail;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon;

/// <summary>The whole product on a port of its own: the real pages and grains on a throw-away database, with a clock that can be set forward.</summary>
/// <remarks>It trusts a proxy on this machine, so that every <see cref="Browser"/> of a test can come from an address of its own and no test uses up another's limits.</remarks>
public class FrontDesk : IAsyncLifetime
{
    public const string Certificate = "CN=desks.example";
    public const string WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string NextWebhookSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    /// <summary>What is waited for comes sooner, unless the machine is busy with something else.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("front-desk").FullName;
    private PrivatePostgres _postgres = null!;
    private ServerSettings _settings = null!;
    private EmbeddedBackEnd _backEnd = null!;
    private WebApplication _app = null!;
    private int _made;

    protected virtual string Scheme => "http";

    /// <summary>Where operators sign in; none unless a test wants one.</summary>
    protected virtual string? ConsoleHost => null;

    /// <summary>Who reaches it; null for everybody.</summary>
    protected virtual string? ConsoleNetwork => null;

    public MovableClock Clock { get; } = new();

    /// <summary>What SendGrid would sign with.</summary>
    public ECDsa SendGridKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public int Port { get; } = FreePort();

    /// <summary>Where it answers without HTTPS in production.</summary>
    public int PlainPort { get; } = FreePort();

    public Site Site { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public virtual async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        ConnectionString = await _postgres.CreateDatabase("pages");
        var secure = Scheme == "https";
        var certificate = secure ? await WriteCertificate() : null;
        Site = new Site(Scheme, secure ? $"desks.example:{Port}" : $"localhost:{Port}") { ConsoleHost = ConsoleHost };
        _settings = new ServerSettings(
            secure ? "Production" : "Development", Site, Port, _folder, ConnectionString, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), certificate, certificate, [IPNetwork.Parse("127.0.0.1/32")], [])
        { RedirectPort = secure ? PlainPort : null, ConsoleNetworks = ConsoleNetwork is { } network ? [IPNetwork.Parse(network)] : [] };
        await Start();
    }

    /// <summary>The same installation, started anew.</summary>
    protected async Task Restart()
    {
        await Stop();
        await Start();
    }

    private async Task Start()
    {
        var settings = _settings;
        // The same steps as Program takes.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = settings.Environment });
        builder.Configuration["BACKSOON_DEMO"] = "false";
        builder.Configuration["BACKSOON_CANARY"] = "false";
        builder.Configuration["SENDGRID_WEBHOOK_KEY"] = Convert.ToBase64String(SendGridKey.ExportSubjectPublicKeyInfo());
        builder.Configuration["RESEND_WEBHOOK_SECRET"] = $"{WebhookSecret} {NextWebhookSecret}";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configure(settings);
        _backEnd = await EmbeddedBackEnd.Start(builder, settings.Data, settings.Database, settings.RootKey);
        builder.Services.AddPages().AddSingleton<TimeProvider>(Clock);
        Change(builder);
        _app = builder.Build();
        _app.UseFrontDoor();
        _app.MapPages();
        await _app.StartAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await Stop();
        await _postgres.DisposeAsync();
        SendGridKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Stop()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _backEnd.DisposeAsync();
    }

    /// <summary>What a test wants otherwise than the product has it.</summary>
    protected virtual void Change(WebApplicationBuilder builder)
    {
    }

    /// <summary>Has every reminder that came due received, as after the clock went on.</summary>
    public Task Tick() => Services.GetRequiredService<Reminders>().Tick();

    /// <summary>Somebody new, with no cookies, from an address nobody else has.</summary>
    public Browser Browser() => new(this, $"198.18.{Interlocked.Increment(ref _made) / 250}.{(_made % 250) + 1}");

    /// <summary>Somebody at the machine itself, with no proxy between.</summary>
    public Browser BrowserAtTheMachine() => new(this, null);

    /// <summary>The newest mail to an address, as soon as there is one that the test has not seen and that says this.</summary>
    public async Task<MailboxMail> MailTo(string address, IReadOnlyCollection<Guid>? seen = null, string saying = "")
    {
        MailboxMail? found = null;
        await Until(async () => (found = (await MailsTo(address)).FirstOrDefault(mail => seen?.Contains(mail.Id) != true && mail.Text.Contains(saying, StringComparison.Ordinal))) is not null, $"No mail came for {address}.");
        return found!;
    }

    /// <summary>All mails to an address, newest first.</summary>
    public async Task<IReadOnlyList<MailboxMail>> MailsTo(string address)
    {
        var database = Services.GetRequiredService<NpgsqlDataSource>();
        await using var command = database.CreateCommand("select id from development_mail where content -> 'To' ->> 'Value' = $1 order by at desc, id desc");
        command.Parameters.Add(new() { Value = address });
        var ids = new List<Guid>();
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                ids.Add(rows.GetGuid(0));
        }

        var mailbox = Grains.GetGrain<IDevelopmentMailboxGrain>("development-mailbox/all");
        return [.. (await Task.WhenAll(ids.Select(mailbox.Open))).OfType<MailboxMail>()];
    }

    /// <summary>The same once nothing that is due waits to go out: what is not there then was not sent.</summary>
    public async Task<IReadOnlyList<MailboxMail>> AllMailsTo(string address)
    {
        var database = Services.GetRequiredService<NpgsqlDataSource>();
        await Until(async () =>
        {
            await using var waiting = database.CreateCommand("select count(*) from outbox where status in (0, 1) and due_at <= $1");
            waiting.Parameters.Add(new() { Value = Clock.GetUtcNow() });
            return (long)(await waiting.ExecuteScalarAsync())! == 0;
        }, "Mails still wait to go out.");
        return await MailsTo(address);
    }

    public static async Task Until(Func<Task<bool>> come, string otherwise)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !await come(); await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System))
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
                throw new TimeoutException(otherwise);
        }
    }

    /// <summary>Signs a business up, confirms it by its mail, and leaves the browser signed in.</summary>
    public async Task<Owner> SignUp(Industry industry = Industry.PropertyManagement)
    {
        var name = $"harbour-{Interlocked.Increment(ref _made)}x";
        var owner = new Owner(this, Browser(), $"ana@{name}.example", Slug.Parse(name));
        await owner.SignUp(industry);
        return owner;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest(Certificate, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var path = Path.Combine(_folder, "certificate.pem");
        await File.WriteAllTextAsync(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }
}

/// <summary>The same as it runs in production: https, and cookies that only https gets.</summary>
public sealed class SecureFrontDesk : FrontDesk
{
    protected override string Scheme => "https";
}

[CollectionDefinition(Name)]
public sealed class Desks : ICollectionFixture<FrontDesk>
{
    public const string Name = "desks";
}
