using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backsoon.Faults;

/// <summary>A tenant with one vendor and one rule, made by the product's own grains before the storm begins.</summary>
public sealed record Planted(TenantId Tenant, Slug Slug, Guid Category, KeyRing Ring, Guid Service, Guid Host)
{
    public const string VendorAddress = "jobs@rivera.example";

    public static async Task<Planted> In(string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Faults" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new Site("http", "localhost")).AddSingleton<Keys>().AddSingleton(TimeProvider.System);
        await using var backEnd = await EmbeddedBackEnd.Start(builder, AppContext.BaseDirectory, connectionString, ProductProcess.RootKey);
        await using var app = builder.Build();
        await app.StartAsync();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var now = TimeProvider.System.GetUtcNow();
        var tenant = TenantId.New(now);
        var slug = Slug.Parse("storm-desk");
        Assert.True(await grains.Slug(slug).Reserve(tenant));
        await grains.For(tenant).Tenant().Found(AccountId.New(now), EmailAddress.Parse("owner@storm.example"), new SignUpDetails("Owner", "Storm Desk", slug, Industry.PropertyManagement, "Europe/Lisbon"));
        Assert.True(await grains.Slug(slug).Confirm(tenant));
        var directory = grains.For(tenant).Directory();
        var vendor = Guid.CreateVersion7(now);
        await directory.PutVendor(new Vendor(vendor, "Rivera Plumbing", EmailAddress.Parse(VendorAddress), null, null, Active: true));
        await directory.PutRule(new Rule(Guid.CreateVersion7(now), null, null, [new RuleStep(vendor, TimeSpan.FromDays(1))]));
        var category = (await directory.Categories()).First(c => !c.Urgent);
        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        var booking = grains.For(tenant).Booking();
        await booking.Change(BookingSettings.Default with { IsOn = true });
        var host = (await booking.Look())!.Hosts[0];
        await booking.PutHost(host with { ZoneId = "UTC", Hours = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new OpeningSpan(0, OpeningSpan.Day)))], []) });
        var length = TimeSpan.FromMinutes(30);
        var service = new Service(
            Guid.CreateVersion7(now), "Viewing", Active: true, length, TimeSpan.Zero, TimeSpan.Zero, null, new Place(PlaceKind.Address, "Harbour Street 4"), [], TimeSpan.Zero, Booking.Service.MostDays, length, null, 1, [host.Id], TimeSpan.Zero);
        Assert.Equal(BookingChange.Saved, await booking.PutService(service));
        await app.StopAsync();
        return new Planted(tenant, slug, category.Id, ring, service.Id, host.Id);
    }

    /// <summary>Where the form for a time goes that a guest has just chosen, in so many days at noon.</summary>
    public string BookPath(int days)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ticket = BookTicket.New(Tenant, null, now.AddMinutes(-1)) with { Slot = new KeptSlot(Service, Host, new DateTimeOffset(now.Date.AddDays(days).AddHours(12), TimeSpan.Zero), "UTC", now.AddMinutes(4)) };
        return $"/book/{ticket.Sign(Ring, now)}";
    }

    /// <summary>The form of one request, as the desk page would have rendered it a minute ago.</summary>
    public FormUrlEncodedContent Form(Guid id, string text)
    {
        var now = TimeProvider.System.GetUtcNow();
        var token = Ring.Tokens.Sign(TokenPurpose.DeskForm, now.AddHours(1), Tenant.Value, id.ToString("n"), now.AddMinutes(-1).ToUnixTimeSeconds().ToString());
        return new(new Dictionary<string, string> { ["_token"] = token, ["subject"] = "", ["category"] = Category.ToString(), ["name"] = "Ana Duarte", ["phone"] = "+351 912 000 000", ["email"] = "", ["text"] = text });
    }
}
