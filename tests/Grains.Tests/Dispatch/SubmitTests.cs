namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class SubmitTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_form_sent_64_times_at_once_is_one_request_and_one_mail()
    {
        var office = await Office.Open(backend, s_ten);
        var id = Office.Id(backend);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => office.Scope.Dispatch(id).Submit(office.Form()))));

        Assert.Equal([new SubmitOutcome.Accepted(RequestReference.Of(id))], outcomes.Distinct());
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", office.Tenant.Value));
        Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from outbox where tenant_id = $1", office.Tenant.Value));
        Assert.Equal(2, await backend.Database.Scalar<long>("select count(*) from dispatch_event where tenant_id = $1", office.Tenant.Value));
    }

    [Fact]
    public async Task The_same_form_with_another_text_is_told_apart_and_the_first_stays()
    {
        var office = await Office.Open(backend, s_ten);
        var id = Office.Id(backend);
        await office.Scope.Dispatch(id).Submit(office.Form("The first text"));

        var outcome = await office.Scope.Dispatch(id).Submit(office.Form("Another text"));

        Assert.Equal(new SubmitOutcome.Different(RequestReference.Of(id)), outcome);
        Assert.Equal("The first text", (await office.Look(office.Scope.Dispatch(id))).Text);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_offered_yet_a_form_sent_before_stays_accepted()
    {
        var office = await Office.Open(backend, s_ten);
        var id = Office.Id(backend);
        var accepted = await office.Scope.Dispatch(id).Submit(office.Form());
        await office.Scope.Directory().PutCategory(office.Routine with { Active = false });

        Assert.Equal(accepted, await office.Scope.Dispatch(id).Submit(office.Form()));
        Assert.IsType<SubmitOutcome.NotOffered>(await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form()));
        Assert.IsType<SubmitOutcome.NotOffered>(await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form(category: office.Urgent, subject: Guid.CreateVersion7(backend.Clock.GetUtcNow()))));
    }

    [Fact]
    public async Task A_request_to_a_business_that_is_gone_is_answered_so()
    {
        var office = await Office.Open(backend, s_ten);
        // Gone from the ledger while the directory still remembers it: the foreign key is the last wall.
        await office.Vanish();
        Assert.IsType<SubmitOutcome.Gone>(await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form()));

        await office.Scope.Directory().Close();
        await office.Scope.Tenant().Erase();
        Assert.IsType<SubmitOutcome.Gone>(await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form()));
    }

    [Fact]
    public async Task A_gone_business_takes_nobody_down_who_is_written_together_with_it()
    {
        var (here, gone) = (await Office.Open(backend, s_ten), await Office.Open(backend, s_ten));
        await gone.Vanish();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var office = i % 10 == 0 ? gone : here;
            return (Office: office, Outcome: await office.Scope.Dispatch(Office.Id(backend)).Submit(office.Form()));
        })));

        Assert.All(outcomes.Where(o => o.Office == here), o => Assert.IsType<SubmitOutcome.Accepted>(o.Outcome));
        Assert.All(outcomes.Where(o => o.Office == gone), o => Assert.IsType<SubmitOutcome.Gone>(o.Outcome));
        Assert.Equal(180, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", here.Tenant.Value));
    }

    [Theory]
    [InlineData("<script>alert(1)</script> {{7*7}} ${7*7}")]
    [InlineData("a\r\nBcc: everybody@example.com\r\n\r\nbody")]
    [InlineData("'; drop table dispatch; -- \\ \" %s %_")]
    [InlineData("nul:\0 half:\ud83d other half:\ude00 whole:\U0001F600 rtl:\u202Eevil zero:\u200B")]
    public async Task Hostile_text_is_kept_and_harms_nobody(string text)
    {
        var office = await Office.Open(backend, s_ten);

        var dispatch = await office.Submit(office.Form(text) with { Name = text, Phone = text });

        var view = await office.Look(dispatch);
        var expected = text.Replace("\0", "").Replace("half:\ud83d", "half:\ufffd").Replace("half:\ude00", "half:\ufffd");
        Assert.Equal(expected, view.Text);
        var mail = await backend.Mails.Next(office.Vendors[0].Email);
        Assert.DoesNotContain('\n', mail.Subject);
        Assert.DoesNotContain("<script>", mail.Mail.Html);
    }

    [Fact]
    public async Task A_text_without_end_is_cut_and_its_fingerprint_is_of_what_is_kept()
    {
        var office = await Office.Open(backend, s_ten);
        var id = Office.Id(backend);
        var text = new string('x', Submission.MaxText - 1) + "\U0001F600 and so on";

        Assert.IsType<SubmitOutcome.Accepted>(await office.Scope.Dispatch(id).Submit(office.Form(text)));
        Assert.IsType<SubmitOutcome.Accepted>(await office.Scope.Dispatch(id).Submit(office.Form(text)));

        Assert.Equal(Submission.MaxText - 1, (await office.Look(office.Scope.Dispatch(id))).Text.Length);
    }

    [Fact]
    public async Task Another_tenants_request_is_not_there()
    {
        var (mine, other) = (await Office.Open(backend, s_ten), await Office.Open(backend, s_ten));
        var id = Office.Id(backend);
        await mine.Scope.Dispatch(id).Submit(mine.Form());

        Assert.Null(await other.Scope.Dispatch(id).Look());
        Assert.Null(await other.Scope.Dispatch(id).LookAsCaller());
        Assert.Null(await other.Scope.Dispatch(id).LookAsVendor(mine.Vendors[0].Id));
        Assert.Equal(AnswerOutcome.Unknown, await other.Scope.Dispatch(id).Answer(mine.Vendors[0].Id, VendorAnswer.Accept, ""));
        Assert.False(await other.Scope.Dispatch(id).Close("", other.Account));
        Assert.Empty((await other.Scope.History().Read(HistoryFilter.All, null, 50)).Slips);
        Assert.Null(await other.Scope.Directory().Vendor(mine.Vendors[0].Id));
    }
}
