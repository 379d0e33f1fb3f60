using System.Security.Cryptography;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Billing;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Promises;

/// <summary>An installation that lives for years: businesses come, are asked, are booked, pay, leave, come back and are deleted, as the dice have it.</summary>
public sealed class Town(Backend shared) : IAsyncLifetime
{
    /// <summary>Is in every name, address and word of the town, and nowhere else.</summary>
    public const string Word = "zqtown";

    /// <summary>Which life it is.</summary>
    public const int Seed = 5;

    private const int Most = 9;

    private readonly Random _dice = new(Seed);
    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("logs");
    private readonly ManualClock _clock = new();
    private readonly List<Business> _living = [];
    private readonly List<Business> _gone = [];
    private StripeStandIn _stripe = null!;
    private TownAudit _audit = null!;
    private Backend _backend = null!;
    private int _names;

    public int Years { get; private set; }

    public int Founded => _living.Count + _gone.Count;

    public int Gone => _gone.Count;

    public async Task InitializeAsync()
    {
        _stripe = await StripeStandIn.Start(_clock);
        _backend = await shared.Beside(_clock, services =>
        {
            services.Replace(ServiceDescriptor.Singleton(new LogFolder(_logs.FullName)));
            BillingOffice.ChargeAt(_stripe, services, _clock);
        }, connections: 4);
        await _backend.Live(2);
        _audit = await TownAudit.Of(_backend);
    }

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _stripe.DisposeAsync();
        _logs.Delete(recursive: true);
    }

    /// <summary>Lets a year pass, day by day. After each one every promise is measured, and at its end all that is kept is looked at.</summary>
    public async Task Live()
    {
        Years++;
        for (var day = 1; day <= 365; day++)
        {
            // Nobody does anything on the last ones, so that nothing is under way.
            await Pass(day, day <= 363 ? Act : () => Task.CompletedTask);
            // Whoever was asked a month ago is in nobody's memory any more.
            if (day % 30 == 0)
                await _backend.Restart();
        }

        await Part();
        await _audit.Look(_living, _gone);
    }

    /// <summary>Everybody asks to be deleted, and is.</summary>
    public async Task End()
    {
        // Nobody is there to answer them afterwards.
        var letters = _backend.Services.GetRequiredService<Letters>();
        foreach (var letter in await letters.Open())
            Assert.True(await letters.Answered(letter.Reference));
        foreach (var business in _living.ToArray())
        {
            business.Plans.Clear();
            if (await business.Scope.Deletion().Current() is null)
                await business.Delete();
        }

        for (var day = 1; day <= 32; day++)
            await Pass(day, () => Task.CompletedTask);
        Assert.Empty(_living);
        await _audit.Look(_living, _gone);
        Assert.Empty(await Tenants.Dump.Find(_backend.Database, [Word, .. _gone.Select(business => business.Scope.Id.Value), .. _gone.Select(business => business.Account.Value)]));
    }

    private async Task Pass(int day, Func<Task> act)
    {
        try
        {
            await act();
            await Tend();
            // Most days go by at once, as for a process that slept; on others there is an hour in which somebody is waited for.
            var hour = Chance(7) ? TimeSpan.FromHours(1) : TimeSpan.Zero;
            if (hour > TimeSpan.Zero)
                await Advance(hour);
            await Advance(TimeSpan.FromDays(1) - hour);
            await Measure();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Day {day} of year {Years} of life {Seed}, {_clock.GetUtcNow():u}: {failure.Message}", failure);
        }
    }

    private async Task Measure()
    {
        var standing = await _backend.Grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Read();
        Assert.InRange(_clock.GetUtcNow() - standing.CheckedAt, TimeSpan.Zero, TimeSpan.FromHours(1));
        Assert.Empty(standing.Values.Where(value => !value.IsKept).Select(value => $"{value.Key} is broken: {value.Measured} of {value.Bound}"));
    }

    private async Task Advance(TimeSpan by)
    {
        await _backend.Advance(by);
        await _backend.Rest();
    }

    private async Task Act()
    {
        if (_living.Count < Most && Chance(6))
            _living.Add(Planned(await Business.SignUp(_backend, Name(), books: Chance(2))));
        if (_living.Count == 0)
            return;
        var one = _living[_dice.Next(_living.Count)];
        var isOpen = await one.IsOpen();
        if (isOpen)
            await one.Ask(_dice.Next(3), RandomNumberGenerator.GetBytes(32), Name());
        if (isOpen && Chance(4))
            await one.Book(Name(), thinksBetterOfIt: Chance(3));
        if (Chance(4) && await one.IsThere() && await one.Scope.Deletion().Current() is null)
            await one.SignIn($"203.0.113.{_dice.Next(256)}");
        if (isOpen && Chance(50))
            await one.GoAway(_dice.Next(1, 20));
        if (isOpen && Chance(60))
            await one.Scope.Archive().Start(one.Account);
        await Strangers();
        await Letters();
        await Pay();
    }

    // Somebody who never comes back, a browser that is counted, and what is reported and written down.
    private async Task Strangers()
    {
        if (Chance(20))
            await new Person(_backend) { Email = EmailAddress.Parse($"stranger@{Name()}.example"), Slug = Tenants.Slug.Parse(Name()) }.AskToSignUp();
        if (Chance(3))
            await _backend.Grains.GetGrain<ILimitsGrain>($"limits/sign-in-ip-{Secret.Hash(Name())}").Take(new LimitRule("sign-in-ip", 9, TimeSpan.FromHours(1), Remembered: true));
        if (Chance(9))
            await _backend.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new($"msg_{Name()}", Encoding.UTF8.GetBytes("{}"))]);
        if (Chance(40))
            await _backend.Services.GetRequiredService<Suppressions>().Add(EmailAddress.Parse($"nobody@{Name()}.example"));
        if (Chance(5))
        {
            var log = Path.Combine(_logs.FullName, $"postgres-{Name()}.log");
            await File.WriteAllTextAsync(log, "FATAL: the database system is starting up");
            File.SetLastWriteTimeUtc(log, _clock.GetUtcNow().UtcDateTime);
        }
    }

    // Whoever runs it answers on the next day, but for what has a month.
    private async Task Letters()
    {
        var letters = _backend.Services.GetRequiredService<Letters>();
        foreach (var letter in await letters.Open())
        {
            if (letter.Kind != LetterKind.Rights || letter.DueAt - _clock.GetUtcNow() < TimeSpan.FromDays(10))
                Assert.True(await letters.Answered(letter.Reference));
        }

        if (Chance(30))
            await letters.Add((LetterKind)_dice.Next(1, 4), null);
    }

    // Most are charged each month, and what Stripe reports is heard a day later at most.
    private async Task Pay()
    {
        foreach (var one in _living.Where(one => one.Subscription is not null && _dice.Next(30) == 0))
        {
            if (_stripe.Books.Subscriptions.Single(paid => (string)paid["id"]! == one.Subscription) is var known && (string?)known["status"] == "canceled")
                one.Subscription = null;
            else if (Chance(8))
                _stripe.Books.Fail(one.Subscription!);
            else
                _stripe.Books.Renew(one.Subscription!);
        }

        while (_stripe.Books.Notices.TryDequeue(out var notice))
            await _backend.Grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Keep(notice.Reported);
    }

    private Business Planned(Business one)
    {
        if (!Chance(4))
            one.Plans.Enqueue((In(_dice.Next(2, 20)), () => Subscribe(one)));
        var leaves = _dice.Next(30, 600);
        if (Chance(3))
        {
            one.Plans.Enqueue((In(leaves), one.Delete));
            if (Chance(2))
            {
                one.Plans.Enqueue((In(leaves + 1), one.Undo));
                one.Plans.Enqueue((In(leaves + 40), one.Delete));
            }
        }
        else
        {
            one.Plans.Enqueue((In(leaves), () => one.Scope.Leaving().Cancel()));
            if (Chance(2))
            {
                // Within sixty days, or later, when the name is free.
                one.Plans.Enqueue((In(leaves + _dice.Next(1, 89)), () => one.ComeBack(Name())));
                one.Plans.Enqueue((In(leaves + 200), () => one.Scope.Leaving().Cancel()));
            }
        }

        return one;
    }

    private async Task Subscribe(Business one)
    {
        if (await one.Choose() is { } visit)
            one.Subscription = _stripe.Books.Pay(visit);
    }

    private async Task Tend()
    {
        await Part();
        foreach (var one in _living)
        {
            if (one.Plans.TryPeek(out var plan) && plan.At <= _clock.GetUtcNow())
            {
                one.Plans.Dequeue();
                await plan.What();
            }
        }
    }

    // From whoever is gone by now.
    private async Task Part()
    {
        var there = await Task.WhenAll(_living.Select(one => one.IsThere()));
        foreach (var (one, _) in _living.Zip(there).Where(known => !known.Second).ToArray())
        {
            _living.Remove(one);
            _gone.Add(one);
        }
    }

    private DateTimeOffset In(int days) => _clock.GetUtcNow().AddDays(days);

    private bool Chance(int one) => _dice.Next(one) == 0;

    private string Name() => $"{Word}-{++_names}";
}
