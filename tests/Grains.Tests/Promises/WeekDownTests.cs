using Backsoon.Accounts;
using Backsoon.Billing;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>The product is away for a week in which something comes due. Once it is back, that is done within minutes, once, and the first check finds nothing that is late.</summary>
[Collection(Backend.Name)]
public sealed class WeekDownTests(Backend shared) : IAsyncLifetime
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_week = TimeSpan.FromDays(7);

    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public Task DisposeAsync() => _backend.DisposeAsync();

    [Fact, Promise("R13", "R39", "W16")]
    public async Task Addresses_on_the_network_sessions_and_reports_are_forgotten_before_anybody_looks()
    {
        var person = new Person(_backend) { Visitor = new("198.51.100.77", "Browser of a week", null) };
        var (_, session) = await person.SignUp();
        var office = await Office.Open(_backend);
        await office.Submit(office.Form() with { Source = Enumerable.Repeat((byte)7, 32).ToArray() });
        await _backend.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new("msg_of_a_week", "{}"u8.ToArray())]);
        await _backend.Live(1);
        await _backend.Advance(25 * s_day);

        await _backend.Down(s_week);

        Assert.Equal(0, await Broken());
        Assert.Empty(await Dump.Find(_backend.Database, ["198.51.100.77", "msg_of_a_week"]));
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from dispatch where source is not null"));
        Assert.Null(await _backend.Grains.GetGrain<ISessionGrain>($"session/{session}").Check());
        await _backend.Live(2);
        Assert.Empty(await Dump.Find(_backend.Database, ["Browser of a week", session]));
        // One a start and one an hour: those of the week are not made up for.
        Assert.Equal(1, await _backend.Database.Scalar<long>("select count(*) from promise_log where at > $1", _backend.Clock.GetUtcNow() - TimeSpan.FromHours(1)));
    }

    [Fact, Promise("R38")]
    public async Task What_was_to_be_mailed_goes_out_once_and_a_link_to_sign_in_is_useless_by_now()
    {
        var person = new Person(_backend);
        await person.SignUp();
        await person.Settled();
        var office = await Office.Open(_backend, TimeSpan.FromMinutes(10));
        var had = _backend.Mails.To(person.Email).Count;
        _backend.Mails.IsDown = true;
        await (await person.Address()).AskToSignIn(person.Request());
        var dispatch = (await office.Look(await office.Submit())).Id;
        await _backend.Rest();

        _backend.Mails.IsDown = false;
        await _backend.Down(s_week);
        await _backend.Live(2);

        Assert.Equal(had, _backend.Mails.To(person.Email).Count);
        Assert.Equal(["vendor-request"], _backend.Mails.To(office.Vendors[0].Email).Select(mail => mail.Kind));
        Assert.Equal("Received VendorAsked", Office.Story(await office.Look(office.Scope.Dispatch(dispatch)))[.."Received VendorAsked".Length]);
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from outbox where status in (0, 1)"));
        await _backend.Live(15);
        Assert.Single(_backend.Mails.To(office.Owner), mail => mail.Kind == "owner-asked");
        Assert.Equal(0, await Broken());
    }

    [Fact, Promise("R26")]
    public async Task A_trial_that_ended_meanwhile_is_told_once_and_pauses_the_page()
    {
        var clock = new ManualClock();
        await using var stripe = await StripeStandIn.Start(clock);
        var backend = await shared.Beside(clock, services => BillingOffice.ChargeAt(stripe, services, clock));
        try
        {
            var office = await Office.Open(backend);
            await backend.Live(2);
            await backend.Advance(10 * s_day);
            await backend.Rest();
            var before = backend.Mails.To(office.Owner).Count(mail => mail.Kind == "trial");
            Assert.Equal(Standing.Open, (await office.Scope.Tenant().Profile())!.Standing);

            await backend.Down(s_week);
            await backend.Live(3);

            Assert.Equal(Standing.Paused, (await office.Scope.Tenant().Profile())!.Standing);
            // Of three that came due, the last.
            Assert.Equal(before + 1, backend.Mails.To(office.Owner).Count(mail => mail.Kind == "trial"));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R41", "C18", "R34")]
    public async Task Who_left_loses_the_name_and_then_everything_when_it_was_said()
    {
        var person = new Person(_backend);
        await person.SignUp();
        var tenant = (await _backend.Grains.Slug(person.Slug).Resolve())!.Value;
        await _backend.Grains.For(tenant).Leaving().Cancel();
        await _backend.Advance(57 * s_day);
        Assert.False(await _backend.Grains.Slug(person.Slug).IsFree());

        await _backend.Down(s_week);
        await _backend.Live(1);

        Assert.True(await _backend.Grains.Slug(person.Slug).IsFree());
        Assert.False((await _backend.Grains.For(tenant).Leaving().Look())!.HasSlug);
        await _backend.Advance(22 * s_day);
        Assert.NotNull(await _backend.Grains.For(tenant).Tenant().Profile());

        await _backend.Down(s_week);
        await _backend.Live(2);

        Assert.Null(await _backend.Grains.For(tenant).Tenant().Profile());
        Assert.Empty(await Dump.Find(_backend.Database, [tenant.Value, person.Email.Value]));
        Assert.Single(_backend.Mails.To(person.Email), mail => mail.Kind == "deletion-done");
        Assert.Equal(0, await Broken());
    }

    [Fact, Promise("R32", "R34")]
    public async Task A_deletion_that_was_promised_meanwhile_is_done_at_once_and_said_to_be_late()
    {
        var person = new Person(_backend);
        var (accepted, _) = await person.SignUp();
        var scope = _backend.Grains.For((await _backend.Grains.Slug(person.Slug).Resolve())!.Value);
        await scope.Deletion().Ask(accepted.Account);
        var mail = await _backend.Mails.Next(person.Email, "deletion");
        var ring = await _backend.Services.GetRequiredService<Keys>().Current();
        var reading = ring.Tokens.Read(TokenPurpose.ConfirmDeletion, mail.Links.First(link => link.Contains("/delete/", StringComparison.Ordinal)).Split('/')[^1], _backend.Clock.GetUtcNow());
        await scope.Deletion().Confirm(Guid.ParseExact(reading.Parts[1], "n"));
        await _backend.Live(1);

        await _backend.Down(s_week);
        await _backend.Live(2);

        Assert.Empty(await Dump.Find(_backend.Database, [scope.Id.Value, accepted.Account.Value, person.Email.Value]));
        Assert.Single(_backend.Mails.To(person.Email), sent => sent.Kind == "deletion-done");
        // The word was a week from asking, and a minute had gone before: no check may say that it was kept.
        Assert.InRange(await Broken(), 1, 9);
        Assert.Equal("deletion", await _backend.Database.Scalar<string>(
            "select string_agg(distinct p ->> 'promise', ' ') from promise_log, jsonb_array_elements(entry::jsonb -> 'promises') p where not (p ->> 'kept')::boolean"));
    }

    [Fact, Promise("R33")]
    public async Task An_archive_whose_link_is_over_is_gone()
    {
        var office = await Office.Open(_backend);
        await _backend.Grains.GetGrain<IAccountGrain>($"account/{office.Account}").Join(office.Tenant);
        await office.Scope.Archive().Start(office.Account);
        await _backend.Mails.Next(office.Owner, "archive");
        await _backend.Rest();
        await _backend.Advance(s_day);
        Assert.NotNull(await office.Scope.Archive().Look());

        await _backend.Down(s_week);

        Assert.Null(await office.Scope.Archive().Look());
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from archive_piece"));
        Assert.Single(_backend.Mails.To(office.Owner), mail => mail.Kind == "archive");
    }

    [Fact]
    public async Task Guests_are_reminded_once_of_what_is_still_to_come_and_not_of_what_was()
    {
        var salon = await Salon.Open(_backend);
        var was = await salon.Book(salon.At(9));
        // The day after the week, the next one on which there is anybody.
        var later = salon.At(10).AddDays(7);
        await salon.Book(later);
        await _backend.Live(1);
        await _backend.Advance(later - s_week - TimeSpan.FromHours(12) - _backend.Clock.GetUtcNow());
        await _backend.Rest();
        var before = _backend.Mails.Count;

        await _backend.Down(s_week);
        await _backend.Live(3);

        Assert.Equal(before + 1, _backend.Mails.Count);
        Assert.Equal("booking-reminder", _backend.Mails.To(EmailAddress.Parse($"tom@{salon.Tenant.Value[^12..]}.example"))[^1].Kind);
        Assert.True(was.End < _backend.Clock.GetUtcNow());
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from appointment where remind_at <= $1", _backend.Clock.GetUtcNow()));
    }

    [Fact, Promise("C30")]
    public async Task A_letter_that_was_not_answered_meanwhile_is_a_promise_that_is_broken()
    {
        var letters = _backend.Services.GetRequiredService<Letters>();
        var letter = await letters.Add(LetterKind.Privacy, null);
        await _backend.Live(1);

        await _backend.Down(s_week);

        Assert.InRange(await Broken(), 1, 2);
        Assert.Equal(letter.Reference, Assert.Single(await _backend.Services.GetRequiredService<Letters>().Open()).Reference);
        Assert.Empty(await _backend.Services.GetRequiredService<Letters>().Pressing());
    }

    /// <summary>How many checks found a promise broken.</summary>
    private Task<long> Broken() => _backend.Database.Scalar<long>("select count(*) from promise_log where entry like '%\"kept\":false%'");
}
