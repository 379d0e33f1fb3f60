using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Billing;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>A business of the town, and what its people do by hand.</summary>
internal sealed class Business
{
    private readonly Backend _backend;
    private readonly Person _owner;
    private ImmutableArray<Vendor> _vendors = [];
    private Guid _category;
    private (Guid Service, Guid Host)? _booking;
    private Guid? _deletion;

    private Business(Backend backend, Person owner, TenantScope scope, AccountId account) => (_backend, _owner, Scope, Account, FoundedAt) = (backend, owner, scope, account, backend.Clock.GetUtcNow());

    public TenantScope Scope { get; }

    public AccountId Account { get; }

    public DateTimeOffset FoundedAt { get; }

    public EmailAddress Email => _owner.Email;

    /// <summary>What it does next about staying; what is done is taken off.</summary>
    public Queue<(DateTimeOffset At, Func<Task> What)> Plans { get; } = new();

    /// <summary>Stripe's id of what it pays for, once it does.</summary>
    public string? Subscription { get; set; }

    public static async Task<Business> SignUp(Backend backend, string word, bool books)
    {
        var owner = new Person(backend) { Email = EmailAddress.Parse($"ana@{word}.example"), Slug = Slug.Parse(word), Name = $"Ana {word}" };
        var (accepted, _) = await owner.SignUp();
        var scope = backend.Grains.For((await backend.Grains.Slug(owner.Slug).Resolve())!.Value);
        var business = new Business(backend, owner, scope, accepted.Account);
        await business.Furnish(word);
        if (books)
            await business.TakeBookings();
        return business;
    }

    public async Task<bool> IsThere() => await Scope.Tenant().Profile() is not null;

    public async Task<bool> IsOpen() => await Scope.Tenant().Profile() is { Standing: Standing.Open };

    public async Task SignIn(string ip) => Assert.IsType<Redemption.Accepted>(
        await _owner.Link(await _owner.AskToSignIn()).Spend(Person.NewSession(), _owner.Visitor with { Ip = ip }));

    /// <summary>A request that the first vendor takes, that the second one takes, or that nobody takes.</summary>
    public async Task Ask(int willing, byte[] source, string text)
    {
        var dispatch = Scope.Dispatch(Office.Id(_backend));
        Assert.IsType<SubmitOutcome.Accepted>(await dispatch.Submit(new(null, _category, $"Tom of {text}", "+351 910 000 001", EmailAddress.Parse($"tom@{text}.example"), $"The tap of {text} drips.", source)));
        await _backend.Rest();
        for (var vendor = 0; vendor < _vendors.Length && vendor <= willing; vendor++)
        {
            await dispatch.Answer(_vendors[vendor].Id, vendor == willing ? VendorAnswer.Accept : VendorAnswer.Decline, "");
            await _backend.Rest();
        }

        if (willing < _vendors.Length)
            await dispatch.Answer(_vendors[willing].Id, VendorAnswer.Done, "New washer.");
    }

    public async Task Book(string word, bool thinksBetterOfIt)
    {
        if (_booking is not { } booking)
            return;
        var (now, schedule) = (_backend.Clock.GetUtcNow(), Scope.Schedule(booking.Host));
        if ((await schedule.Slots(booking.Service, now.AddDays(2), now.AddDays(9), null)).Slots is not [var first, ..])
            return;
        var form = new BookingForm(booking.Service, first.Start, $"Tom {word}", EmailAddress.Parse($"guest@{word}.example"), "+351 910 000 001", $"I come from {word}.", [], "Europe/Madrid");
        var booked = Assert.IsType<BookOutcome.Booked>(await schedule.Book(Office.Id(_backend), form));
        if (thinksBetterOfIt)
            Assert.Equal(CancelOutcome.Cancelled, await Scope.Appointment(booked.Appointment.Id).CancelAsGuest("Too far."));
    }

    public async Task GoAway(int days)
    {
        var now = _backend.Clock.GetUtcNow();
        await Scope.Tenant().Leave(new Absence(Office.Id(_backend), now, now.AddDays(days), "By the sea.", null, HoldsRoutine: false));
    }

    /// <summary>Chooses a plan, and has the visit at Stripe by which it is paid for; null when there is nothing to be paid for.</summary>
    public async Task<string?> Choose() => await Scope.Subscription().Choose("price_solo") is BillingDoor.Open door ? door.At.Segments[^1] : null;

    public async Task ComeBack(string otherName)
    {
        if (await Scope.Leaving().ComeBack(null) == ComeBackOutcome.NeedsSlug)
            Assert.Equal(ComeBackOutcome.Back, await Scope.Leaving().ComeBack(Slug.Parse(otherName)));
    }

    public async Task Delete()
    {
        var before = _backend.Mails.To(Email).Count(mail => mail.Kind == "deletion");
        Assert.True(await Scope.Deletion().Ask(Account));
        var mail = await _backend.Mails.Next(Email, "deletion", before + 1);
        var ring = await _backend.Services.GetRequiredService<Keys>().Current();
        var reading = ring.Tokens.Read(TokenPurpose.ConfirmDeletion, mail.Links.First(link => link.Contains("/delete/", StringComparison.Ordinal)).Split('/')[^1], _backend.Clock.GetUtcNow());
        _deletion = Guid.ParseExact(reading.Parts[1], "n");
        Assert.NotNull(await Scope.Deletion().Confirm(_deletion.Value));
    }

    public async Task Undo() => Assert.True(await Scope.Deletion().Undo(_deletion!.Value));

    private async Task Furnish(string word)
    {
        var directory = Scope.Directory();
        _vendors = [.. Enumerable.Range(0, 2).Select(i => new Vendor(Office.Id(_backend), $"Vendor {i} of {word}", EmailAddress.Parse($"vendor{i}@{word}.example"), "+351 200 000 000", $"A note about {word}", Active: true))];
        foreach (var vendor in _vendors)
            Assert.IsType<DirectoryChange.Saved>(await directory.PutVendor(vendor));
        Assert.IsType<DirectoryChange.Saved>(await directory.PutRule(new Rule(Office.Id(_backend), null, null, [.. _vendors.Select(vendor => new RuleStep(vendor.Id, TimeSpan.FromMinutes(10)))])));
        _category = (await directory.Categories()).First(category => !category.Urgent).Id;
    }

    private async Task TakeBookings()
    {
        Assert.Equal(BookingChange.Saved, await Scope.Booking().Change(BookingSettings.Default with { IsOn = true }));
        var host = Assert.Single((await Scope.Booking().Look())!.Hosts).Id;
        var service = Shop.Lesson with { Id = Office.Id(_backend), Hosts = [host] };
        Assert.Equal(BookingChange.Saved, await Scope.Booking().PutService(service));
        _booking = (service.Id, host);
    }
}
