using Backsoon.Mail;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class MessageTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task What_a_caller_adds_goes_to_the_vendor_who_has_said_yes()
    {
        var (office, dispatch) = await Accepted(null);

        Assert.Equal(new MessageOutcome.Written(Mailed: true), await dispatch.WriteAsCaller(Id(), "The key is with the porter.", []));

        var mail = await backend.Mails.Next(office.Vendors[0].Email, "vendor-message");
        Assert.Contains("Tom Baker has written to you about", mail.Text);
        Assert.Contains("> The key is with the porter.", mail.Text);
        Assert.Null(mail.Mail.ReplyTo);
        var view = await office.Look(dispatch);
        Assert.Equal((DispatchEventKind.CallerWrote, "Tom Baker", "The key is with the porter."), (view.Events[^1].Kind, view.Events[^1].Who, view.Events[^1].Text));
        Assert.Equal("The key is with the porter.", Assert.Single((await dispatch.LookAsVendor(office.Vendors[0].Id))!.Messages).Text);
        Assert.DoesNotContain(backend.Mails.To(office.Owner), told => told.Kind == "owner-message");
    }

    [Fact]
    public async Task While_nobody_has_said_yes_the_owner_is_told_and_who_is_asked_reads_it_with_the_request()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();

        await dispatch.WriteAsCaller(Id(), "It is coming through the light now.", []);

        Assert.Contains("> It is coming through the light now.", (await backend.Mails.Next(office.Owner, "owner-message")).Text);
        Assert.Single((await dispatch.LookAsVendor(office.Vendors[0].Id))!.Messages);
        Assert.DoesNotContain(backend.Mails.To(office.Vendors[0].Email), mail => mail.Kind == "vendor-message");
    }

    [Fact, Promise("R10")]
    public async Task Caller_and_vendor_write_to_each_other_and_neither_learns_the_others_address()
    {
        var address = EmailAddress.Parse($"tom@secret{Id():n}.example");
        var (office, dispatch) = await Accepted(address);
        var vendor = office.Vendors[0];

        Assert.Equal(new MessageOutcome.Written(Mailed: true), await dispatch.WriteAsVendor(vendor.Id, Id(), toBusiness: false, "Is the main tap in the kitchen?"));
        await dispatch.WriteAsCaller(Id(), "Under the sink.", []);

        var toCaller = await backend.Mails.Next(address, "caller-message");
        var toVendor = await backend.Mails.Next(vendor.Email, "vendor-message");
        Assert.Contains($"{vendor.Name} has written to you about your request", toCaller.Text);
        foreach (var (mail, hidden) in new[] { (toCaller, vendor.Email.Value), (toCaller, office.Owner.Value), (toVendor, address.Value), (toVendor, office.Owner.Value) })
        {
            Assert.Null(mail.Mail.ReplyTo);
            foreach (var part in new[] { mail.Text, mail.Mail.Html, mail.Subject, mail.Mail.From.ToString()! })
                Assert.DoesNotContain(hidden, part);
        }

        Assert.Equal(["Is the main tap in the kitchen?", "Under the sink."], (await dispatch.LookAsCaller())!.Events.Where(e => e.Text is not null).Select(e => e.Text));
    }

    [Fact]
    public async Task Without_an_address_of_the_caller_it_waits_on_their_page()
    {
        var (office, dispatch) = await Accepted(null);

        Assert.Equal(new MessageOutcome.Written(Mailed: false), await dispatch.WriteAsVendor(office.Vendors[0].Id, Id(), toBusiness: false, "I am at the door."));

        Assert.False((await dispatch.LookAsVendor(office.Vendors[0].Id))!.CallerHasMail);
        Assert.Equal("I am at the door.", (await dispatch.LookAsCaller())!.Events[^1].Text);
    }

    [Fact, Promise("R10")]
    public async Task What_is_between_two_of_them_the_third_does_not_read()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        var (first, second) = (office.Vendors[0].Id, office.Vendors[1].Id);
        await dispatch.WriteAsVendor(first, Id(), toBusiness: true, "What do you pay for this?");
        await dispatch.WriteAsOwner(first, Id(), "The usual.", office.Account);
        await dispatch.WriteAsOwner(null, Id(), "Somebody will call you.", office.Account);
        await dispatch.WriteAsCaller(Id(), "Thank you.", []);
        await dispatch.Answer(first, VendorAnswer.Decline, "");

        Assert.Equal(["Somebody will call you.", "Thank you."], (await dispatch.LookAsCaller())!.Events.Where(e => e.Text is not null).Select(e => e.Text));
        Assert.Equal(["Thank you."], (await dispatch.LookAsVendor(second))!.Messages.Select(m => m.Text));
        Assert.Empty((await dispatch.LookAsVendor(first))!.Messages);
        await backend.Mails.Next(office.Owner, "owner-message", 2);
        Assert.Contains(backend.Mails.To(office.Owner), mail => mail.Text.Contains("What do you pay for this?"));
        Assert.Contains("The usual.", (await backend.Mails.Next(office.Vendors[0].Email, "vendor-message")).Text);
    }

    [Fact]
    public async Task Who_has_nothing_to_do_with_it_any_more_writes_nothing()
    {
        var (office, dispatch) = await Accepted(null);
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");

        Assert.IsType<MessageOutcome.Over>(await dispatch.WriteAsVendor(office.Vendors[0].Id, Id(), toBusiness: false, "One more thing."));
        Assert.IsType<MessageOutcome.Over>(await dispatch.WriteAsOwner(office.Vendors[0].Id, Id(), "One more thing.", office.Account));
        Assert.IsType<MessageOutcome.Unknown>(await dispatch.WriteAsVendor(Id(), Id(), toBusiness: false, "Hello."));
        Assert.IsType<MessageOutcome.Unknown>(await office.Scope.Dispatch(Id()).WriteAsCaller(Id(), "Hello.", []));
        Assert.DoesNotContain((await office.Look(dispatch)).Events, e => e.Message is not null);
    }

    [Fact]
    public async Task That_something_is_still_wrong_can_be_said_for_two_weeks_and_the_owner_hears_it()
    {
        var (office, dispatch) = await Accepted(null);
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Done, "");

        await office.Pass(Message.AfterClosing - TimeSpan.FromMinutes(1));
        Assert.True((await dispatch.LookAsCaller())!.CanWrite);
        Assert.Equal(new MessageOutcome.Written(Mailed: true), await dispatch.WriteAsCaller(Id(), "It drips again.", []));
        Assert.Contains("It drips again.", (await backend.Mails.Next(office.Owner, "owner-message")).Text);

        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.False((await dispatch.LookAsCaller())!.CanWrite);
        Assert.IsType<MessageOutcome.Over>(await dispatch.WriteAsCaller(Id(), "And again.", []));
    }

    [Fact]
    public async Task A_message_that_is_sent_twice_is_one_and_other_words_do_not_replace_it()
    {
        var (office, dispatch) = await Accepted(null);
        var message = Id();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => dispatch.WriteAsCaller(message, "The bell is broken.", [])));

        Assert.All(outcomes, outcome => Assert.Equal(new MessageOutcome.Written(Mailed: true), outcome));
        Assert.IsType<MessageOutcome.Different>(await dispatch.WriteAsCaller(message, "Knock.", []));
        Assert.IsType<MessageOutcome.Different>(await dispatch.WriteAsVendor(office.Vendors[0].Id, message, toBusiness: false, "The bell is broken."));
        Assert.Single((await office.Look(dispatch)).Events, e => e.Kind == DispatchEventKind.CallerWrote);
        await backend.Mails.Next(office.Vendors[0].Email, "vendor-message");
        Assert.Single(backend.Mails.To(office.Vendors[0].Email), mail => mail.Kind == "vendor-message");
        await backend.Restart();
        Assert.IsType<MessageOutcome.Written>(await dispatch.WriteAsCaller(message, "The bell is broken.", []));
        Assert.Single((await office.Look(dispatch)).Events, e => e.Kind == DispatchEventKind.CallerWrote);
    }

    [Fact, Promise("R28")]
    public async Task Of_64_messages_at_once_exactly_ten_are_taken_in_an_hour_and_others_may_still_write()
    {
        var (office, dispatch) = await Accepted(null);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => dispatch.WriteAsCaller(Id(), $"Number {i}", [])));

        Assert.Equal(10, outcomes.Count(outcome => outcome is MessageOutcome.Written));
        Assert.All(outcomes.OfType<MessageOutcome.TooMany>(), refused => Assert.Equal(TimeSpan.FromHours(1), refused.Wait));
        Assert.Equal(10, (await office.Look(dispatch)).Events.Count(e => e.Kind == DispatchEventKind.CallerWrote));
        Assert.IsType<MessageOutcome.Written>(await dispatch.WriteAsVendor(office.Vendors[0].Id, Id(), toBusiness: false, "One at a time."));
        await office.Pass(TimeSpan.FromHours(1));
        Assert.IsType<MessageOutcome.Written>(await dispatch.WriteAsCaller(Id(), "Calmer now.", []));
    }

    [Fact]
    public async Task A_request_holds_so_many_messages_of_one_writer_and_no_more()
    {
        var (office, dispatch) = await Accepted(null);
        for (var hour = 0; hour < Message.MostInAll / Message.MostPerHour; hour++)
        {
            for (var i = 0; i < Message.MostPerHour; i++)
                Assert.IsType<MessageOutcome.Written>(await dispatch.WriteAsCaller(Id(), $"{hour}.{i}", []));
            backend.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.IsType<MessageOutcome.Full>(await dispatch.WriteAsCaller(Id(), "Still there?", []));
        Assert.IsType<MessageOutcome.Written>(await dispatch.WriteAsVendor(office.Vendors[0].Id, Id(), toBusiness: false, "Please call."));
    }

    [Fact]
    public async Task Longer_texts_are_cut_and_what_a_database_cannot_keep_is_left_out()
    {
        var (office, dispatch) = await Accepted(null);

        await dispatch.WriteAsCaller(Id(), $"\0\uD800{new string('x', 5000)}", []);

        var text = (await office.Look(dispatch)).Events[^1].Text!;
        Assert.Equal(MessageOutcome.MaxText - 1, text.Length);
        Assert.StartsWith("\uFFFDx", text);
    }

    private Guid Id() => Office.Id(backend);

    private async Task<(Office Office, IDispatchGrain Dispatch)> Accepted(EmailAddress? caller)
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit(office.Form(email: caller));
        Assert.Equal(AnswerOutcome.Recorded, await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, ""));
        return (office, dispatch);
    }
}
