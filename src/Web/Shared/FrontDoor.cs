using System.Net;
using System.Security.Authentication;
using Backsoon.Accounts;
using Backsoon.Operators;
using Backsoon.Tenants;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Backsoon.Shared;

/// <summary>What every request passes: addresses, size limits, hosts, headers. The three groups of routes are told apart by host.</summary>
public static class FrontDoor
{
    private const int LargestBody = 256 * 1024;

    public static void Configure(this WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.Services.AddSingleton(settings).AddSingleton(settings.Site);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // As long as somebody listens there, every request is an activity of its own, which nobody reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // In Development the signpost says it for people.
        if (!settings.IsProduction)
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 60;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            if (!settings.IsProduction)
                kestrel.ListenLocalhost(settings.Port);
            else if (settings.Certificate is { } certificate)
                kestrel.ListenAnyIP(settings.Port, listen => listen.UseHttps(https =>
                {
                    (https.ServerCertificate, https.ServerCertificateChain) = ServerCertificate.Read(certificate, settings.CertificateKey);
                    // Whoever speaks 1.3 gets it; older browsers still reach a business.
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                }));
            else if (settings.IsBehindLoopback)
                kestrel.ListenLocalhost(settings.Port);
            else
                kestrel.ListenAnyIP(settings.Port);
            if (settings.RedirectPort is { } redirect)
                kestrel.ListenAnyIP(redirect);
        });
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = settings.TrustedProxies is [] ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = 1;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var proxy in settings.TrustedProxies)
                forwarded.KnownIPNetworks.Add(proxy);
        });
    }

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        // Forms carry our own signed tokens (docs/decisions); Razor's antiforgery is there but unused, and needs no keys on disk.
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        foreach (var preload in services.Where(s => s.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(preload);
        return services.AddSingleton(TimeProvider.System).AddSingleton<Keys>().AddSingleton<Promises.Policies>().AddSingleton<Limits>().AddSingleton<Crowd>().AddSingleton<PublicForm>().AddSingleton<Dispatch.DeskRenderings>().AddSingleton<Dispatch.RecentForms>().AddSingleton<Dispatch.BoardFeed>().AddSingleton<Mail.WebhookSecrets>();
    }

    public static void UseFrontDoor(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<Site>();
        var settings = app.Services.GetRequiredService<ServerSettings>();
        app.Use(Spans.Trace);
        if (settings.TrustedProxies is not [])
            app.UseForwardedHeaders();
        var protect = Protection(site, settings.IsProduction);
        var toHttps = ToHttps(site);
        app.Use((context, next) =>
        {
            protect(context.Response.Headers);
            return Pass(context, next, site, settings.ConsoleNetworks, settings.IsProduction && IsPlain(context.Request, settings) ? toHttps : next);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = failing => ErrorPages.IsOfTheRequest(failing.Exception),
            ExceptionHandler = context =>
            {
                // A failure clears what was to be sent, these too.
                protect(context.Response.Headers);
                return ErrorPages.Failed(context);
            },
        });
        // Endpoints that say so are answered from here, without what follows.
        app.UseRouting();
        app.UseStatusCodePages(ErrorPages.Explain);
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=31536000, immutable" });
        app.Use(app.Services.GetRequiredService<Crowd>().Pass);
        app.Use(Members.Recognise);
        if (site.ConsoleHost is not null)
            app.Use(ConsoleGate.Recognise);
        app.MapGet("/healthz", () => Results.Text("ok")).ShortCircuit();
        app.MapReadiness();
    }

    public static RouteGroupBuilder MapSite(this WebApplication app) => app.MapHost(app.Services.GetRequiredService<Site>().Host);

    public static RouteGroupBuilder MapApp(this WebApplication app) => app.MapHost(app.Services.GetRequiredService<Site>().AppHost);

    /// <summary>Where whoever operates this signs in; null where there is no console, as long as nobody sets one.</summary>
    public static RouteGroupBuilder? MapConsole(this WebApplication app) => app.Services.GetRequiredService<Site>().ConsoleHost is { } host ? app.MapHost(host) : null;

    /// <summary>Every other host right under the domain. The wildcard takes in the dashboard's own host too, for paths it does not have: there is no desk.</summary>
    public static RouteGroupBuilder MapDesks(this WebApplication app) => app.MapHost($"*.{app.Services.GetRequiredService<Site>().Host}");

    // Whoever may GET a page may ask for its head, as link checkers do.
    private static RouteGroupBuilder MapHost(this WebApplication app, string host)
    {
        var group = app.MapGroup("").RequireHost(host);
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().FirstOrDefault() is { HttpMethods: ["GET"] } get)
                endpoint.Metadata[endpoint.Metadata.IndexOf(get)] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
        });
        return group;
    }

    private static Action<IHeaderDictionary> Protection(Site site, bool production)
    {
        var policy = $"default-src 'none'; style-src 'self' {Styles.InlineHashes}; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self' {site.App("")}; base-uri 'none'; frame-ancestors 'none'";
        return headers =>
        {
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = policy;
            if (production)
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        };
    }

    // Behind a proxy that does not say how it was asked, whoever asks has HTTPS: the proxy's word alone tells that not.
    private static bool IsPlain(HttpRequest request, ServerSettings settings) =>
        !request.IsHttps && (settings.Certificate is not null || request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalProtoHeaderName));

    private static RequestDelegate ToHttps(Site site) => context =>
    {
        var request = context.Request;
        context.Response.Redirect($"https://{request.Host.Host}{site.Domain[site.Host.Length..]}{request.Path}{request.QueryString}", permanent: true, preserveMethod: true);
        return Task.CompletedTask;
    };

    private static Task Pass(HttpContext context, RequestDelegate next, Site site, IReadOnlyList<IPNetwork> console, RequestDelegate onward)
    {
        var host = context.Request.Host.Host;
        // From elsewhere it is a host like any that is not ours.
        if (site.IsConsole(host) && IsAdmitted(context.Connection.RemoteIpAddress, console))
            return onward(context);
        if (host.Equals(site.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(site.AppHost, StringComparison.OrdinalIgnoreCase))
            return onward(context);
        if (host.Length > site.Host.Length + 1 && host.EndsWith($".{site.Host}", StringComparison.OrdinalIgnoreCase))
        {
            if (Slug.TryParse(host[..^(site.Host.Length + 1)], out var slug, out _))
            {
                context.Items[typeof(Slug)] = slug;
                return onward(context);
            }

            return Refuse(context, site, StatusCodes.Status404NotFound);
        }

        // Health checks come by IP address; nothing else that is not for this domain is answered (RFC 9110, 15.5.20).
        if (context.Request.Path.Value is "/healthz" or "/readyz")
            return next(context);
        return Refuse(context, site, StatusCodes.Status421MisdirectedRequest);
    }

    private static bool IsAdmitted(IPAddress? address, IReadOnlyList<IPNetwork> networks) =>
        networks is [] || address is not null && networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    // The page is ours, whatever the request calls us.
    private static Task Refuse(HttpContext context, Site site, int status)
    {
        context.Request.Host = new HostString(site.Domain);
        return ErrorPages.Show(context, status);
    }
}
