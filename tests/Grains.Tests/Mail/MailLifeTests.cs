using Backsoon.Accounts;
using Backsoon.Promises;
using Backsoon.Tenants;

namespace Backsoon.Mail;

/// <summary>Mails are not sent when they are of no use any more, and nothing of a mail to a person stays for long.</summary>
[Collection(Backend.Name)]
public sealed class MailLifeTests(Backend backend)
{
    [Fact]
    public async Task A_mail_that_is_of_no_use_any_more_is_withdrawn_and_its_words_are_gone()
    {
        var transport = new ScriptedTransport { Size = 1, Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "link" ? new Handover.TryLater("450 busy", null) : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var mail = pump.SignIn("link") with { UselessAfter = pump.Clock.GetUtcNow() + new Policy().MagicLink };
        await pump.Outbox.Post(mail);
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Withdrawn, TimeSpan.FromMinutes(1), "it is withdrawn");

        var tried = transport.Times("link");
        Assert.InRange(tried, 2, RetrySchedule.MostAttempts - 1);
        Assert.All(transport.Calls, call => Assert.True(call.At < mail.UselessAfter));
        Assert.Equal(true, await pump.Scalar("select body is null and rendered is null from outbox where id = $1", mail.Id));
        Assert.Equal("withdrawn", await pump.Scalar("select outcome from mail_attempt where mail_id = $1 order by id desc limit 1", mail.Id));
        await pump.Pass(TimeSpan.FromDays(1), tenant);
        Assert.Equal(tried, transport.Times("link"));
        Assert.Equal(DeliveryStatus.Withdrawn, await pump.Status(mail));
    }

    [Fact]
    public async Task A_mail_that_waited_too_long_is_not_sent_at_all()
    {
        var transport = new ScriptedTransport();
        OutgoingMail late = null!, timely = null!;
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            late = pump.SignIn("late") with { UselessAfter = pump.Clock.GetUtcNow() };
            timely = pump.SignIn("timely") with { UselessAfter = pump.Clock.GetUtcNow() + TimeSpan.FromTicks(10) };
            await pump.Insert(late, timely);
        });
        await pump.Becomes(timely, DeliveryStatus.Sent);
        await pump.Becomes(late, DeliveryStatus.Withdrawn);
        Assert.Equal(["timely"], transport.Words);
    }

    [Fact, Promise("R38")]
    public async Task A_sign_in_mail_is_of_use_for_as_long_as_its_link()
    {
        var person = new Person(backend);
        await person.SignUp();
        await person.AskToSignIn();
        var account = (await (await person.Address()).Claim(AccountId.New(backend.Clock.GetUtcNow()))).Value;
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from outbox where account_id = $1 and kind in ('sign-up', 'sign-in') and useless_after is distinct from created_at + interval '15 minutes'", account));
        Assert.Equal(2, await backend.Database.Scalar<long>("select count(*) from outbox where account_id = $1 and kind in ('sign-up', 'sign-in')", account));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task The_words_of_a_mail_to_a_person_that_never_went_out_are_gone_after_a_day_and_the_mail_after_a_month(int status)
    {
        var tenant = TenantId.New(backend.Clock.GetUtcNow());
        await backend.Database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, backend.Clock.GetUtcNow());
        var (person, business) = (await Insert(status, null), await Insert(status, tenant));
        await backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Start();

        await backend.Advance(TimeSpan.FromHours(23));
        Assert.True(await HasWords(person));
        await backend.Advance(TimeSpan.FromHours(2));
        Assert.False(await HasWords(person));
        Assert.True(await HasWords(business));

        await backend.Advance(TimeSpan.FromDays(28));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from outbox where id = $1", person));
        await backend.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from outbox where id = $1", person));
        Assert.True(await HasWords(business));
    }

    private async Task<Guid> Insert(int status, TenantId? tenant)
    {
        var id = Guid.CreateVersion7(backend.Clock.GetUtcNow());
        await backend.Database.Execute(
            "insert into outbox (id, tenant_id, account_id, kind, recipient, priority, created_at, due_at, status, body, rendered) values ($1, $2, $3, 'sign-in', 'You', 0, $4, $4, $5::smallint, '\\x01', '\\x01')",
            id, tenant?.Value ?? (object)DBNull.Value, AccountId.New(backend.Clock.GetUtcNow()).Value, backend.Clock.GetUtcNow(), status);
        return id;
    }

    private Task<bool> HasWords(Guid mail) => backend.Database.Scalar<bool>("select body is not null and rendered is not null from outbox where id = $1", mail);
}
