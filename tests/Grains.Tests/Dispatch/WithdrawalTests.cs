using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <summary>A vendor whose answer is not wanted any more is not asked by a mail that was waiting to go out.</summary>
[Collection(Backend.Name)]
public sealed class WithdrawalTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Trait("Abuse", "38")]
    public async Task When_somebody_accepts_nobody_is_asked_any_more()
    {
        var (office, dispatch, id) = await Asked();
        var (first, second) = (await Queue(office, id, 0, "vendor-reminder"), await Queue(office, id, 1, "vendor-request"));
        var (receipt, other) = (await Queue(office, id, 0, "request-taken"), await Queue(office, Guid.CreateVersion7(backend.Clock.GetUtcNow()), 0, "vendor-request"));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        await AreWithdrawn(first, second);
        await Wait(receipt, other);
    }

    [Fact, Trait("Abuse", "38")]
    public async Task When_the_owner_closes_it_nobody_is_asked_any_more()
    {
        var (office, dispatch, id) = await Asked();
        var mail = await Queue(office, id, 0, "vendor-reminder");
        Assert.True(await dispatch.Close("It stopped.", office.Account));
        await AreWithdrawn(mail);
    }

    [Fact, Trait("Abuse", "38")]
    public async Task Who_declined_is_not_asked_again_and_who_is_asked_next_is()
    {
        var (office, dispatch, id) = await Asked();
        var (first, second) = (await Queue(office, id, 0, "vendor-reminder"), await Queue(office, id, 1, "vendor-reminder"));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "Away"));
        await AreWithdrawn(first);
        await Wait(second);
        await backend.Mails.Next(office.Vendors[1].Email, "vendor-request");
    }

    [Fact]
    public async Task A_mail_a_transport_has_already_is_left_alone()
    {
        var (office, dispatch, id) = await Asked();
        var mail = await Queue(office, id, 0, "vendor-reminder");
        await backend.Database.Execute("update outbox set batch = $1, status = 1, leased_until = $2 where id = $3", Guid.CreateVersion7(backend.Clock.GetUtcNow()), backend.Clock.GetUtcNow().AddDays(2), mail);
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        Assert.Equal((short)DeliveryStatus.Sending, await backend.Database.Scalar<short>("select status from outbox where id = $1", mail));
        await backend.Database.Execute("delete from outbox where id = $1", mail);
    }

    private async Task<(Office Office, IDispatchGrain Dispatch, Guid Id)> Asked()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await backend.Mails.Next(office.Vendors[0].Email);
        var id = (await office.Look(dispatch)).Id;
        return (office, dispatch, id);
    }

    // One that a provider put off until tomorrow.
    private async Task<Guid> Queue(Office office, Guid dispatch, int vendor, string kind)
    {
        var id = Guid.CreateVersion7(backend.Clock.GetUtcNow());
        await backend.Database.Execute(
            "insert into outbox (id, tenant_id, dispatch_id, vendor_id, kind, recipient, priority, created_at, due_at, body) values ($1, $2, $3, $4, $5, 'A vendor', 2, $6, $7, '\\x01')",
            id, office.Tenant.Value, dispatch, office.Vendors[vendor].Id, kind, backend.Clock.GetUtcNow(), backend.Clock.GetUtcNow().AddDays(1));
        return id;
    }

    private async Task AreWithdrawn(params Guid[] mails)
    {
        Assert.Equal(mails.Length, await backend.Database.Scalar<long>("select count(*) from outbox where id = any($1) and status = 5 and body is null", mails));
        Assert.Equal(mails.Length, await backend.Database.Scalar<long>("select count(*) from mail_attempt where mail_id = any($1) and outcome = 'withdrawn'", mails));
    }

    private async Task Wait(params Guid[] mails)
    {
        Assert.Equal(mails.Length, await backend.Database.Scalar<long>("select count(*) from outbox where id = any($1) and status = 0 and body is not null", mails));
        await backend.Database.Execute("delete from outbox where id = any($1)", mails);
    }
}
