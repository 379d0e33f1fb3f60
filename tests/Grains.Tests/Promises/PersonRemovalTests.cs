using System.Text;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>What is left of somebody whom a business removed.</summary>
[Collection(Backend.Name)]
public sealed class PersonRemovalTests(Backend backend)
{
    [Fact, Promise("R32", "R36", "C27", "W19", "W23", "W24")]
    public async Task Of_a_caller_and_guest_no_byte_is_left_and_somebody_else_is_as_before()
    {
        var known = await Acquaintance.Make(backend, "quillfeather");
        var (first, second, other) = (await known.Write(known.Email), await known.Write(EmailAddress.Parse("QuillFeather@caller.example")), await known.Write(EmailAddress.Parse("tom@caller.example"), "Tom Baker", "The bell is silent."));
        await known.Photo(first);
        var kept = await known.Photo(other);
        await first.WriteAsCaller(Salon.Id(backend), "Since Monday, says quillfeather.", []);
        Assert.Equal(AnswerOutcome.Recorded, await first.Answer(known.Vendor.Id, VendorAnswer.Accept, ""));
        await first.WriteAsVendor(known.Vendor.Id, Salon.Id(backend), toBusiness: false, "On my way, quillfeather.");
        await first.Note("Quillfeather always pays late.", known.Owner);
        // Their words are in the search, too.
        Assert.NotEmpty((await known.Scope.History().Read(HistoryFilter.All with { Query = "quillfeather" }, null, 10)).Slips);
        var (booked, others) = (await known.Book(10), await known.Book(12, "Tom Baker", "tom@caller.example"));
        await known.Scope.Appointment(booked.Id).Note("Quillfeather comes late.", known.Owner);
        var received = (await first.Look())!.ReceivedAt;
        Assert.NotEmpty(await Dump.Find(backend.Database, known.Secrets));

        var asked = await known.BeRemoved();

        await backend.Mails.Next(known.Email, "data-answered");
        await Backend.Eventually(async () => (await Dump.Find(backend.Database, known.Secrets)).Count == 0, $"nothing is left but what is in {string.Join(", ", await Dump.Find(backend.Database, known.Secrets))}");
        // The times stay for the numbers, and nobody's name.
        var left = (await first.Look())!;
        Assert.Equal((Removed.Name, "", (EmailAddress?)null, "", received, DispatchStatus.Closed, 0), (left.CallerName, left.CallerPhone, left.CallerEmail, left.Text, left.ReceivedAt, left.Status, left.Photos.Length));
        Assert.Contains(left.Events, e => e.Kind == DispatchEventKind.Accepted && e.Who == "Rivera Plumbing");
        Assert.Equal(DispatchStatus.Closed, (await second.Look())!.Status);
        // Links to it are over, and nothing is written on it or opened again.
        Assert.Null(await first.LookAsCaller());
        Assert.IsType<MessageOutcome.Unknown>(await first.WriteAsCaller(Salon.Id(backend), "Hello?", []));
        Assert.False(await first.Reopen(known.Owner));
        // Who was to help is told that it is over.
        await backend.Mails.Next(known.Vendor.Email, "request-taken");
        var appointment = (await known.Scope.Appointment(booked.Id).Look())!;
        Assert.True(appointment.Guest.IsRemoved);
        Assert.Equal(AppointmentStatus.Cancelled, appointment.Status);
        var answered = (await known.Data.Open(asked.Id))!.Request;
        Assert.Equal((DataOutcome.Removed, (DataSubject?)null), (answered.Outcome, answered.Who));
        Assert.True((await known.Data.Look(known.Subject))!.Kept.IsEmpty);

        var somebody = (await other.Look())!;
        Assert.Equal(("Tom Baker", "The bell is silent.", DispatchStatus.Asking), (somebody.CallerName, somebody.Text, somebody.Status));
        Assert.Equal(kept, Assert.Single(somebody.Photos).Id);
        Assert.NotNull(await other.LookAsCaller());
        Assert.Equal(("Tom Baker", AppointmentStatus.Booked), ((await known.Scope.Appointment(others.Id).Look())!.Guest.Name, (await known.Scope.Appointment(others.Id).Look())!.Status));
    }

    [Fact, Promise("R32", "C27")]
    public async Task A_vendor_goes_with_name_and_address_and_what_they_had_goes_to_the_next()
    {
        var known = await Acquaintance.Make(backend, "zyxomma");
        var directory = known.Scope.Directory();
        var gone = known.Vendor with { Name = "Zyxomma Works", Email = known.Email, Phone = known.Phone, Note = "Zyxomma is dear" };
        var next = new Vendor(Salon.Id(backend), "Cole & Sons", EmailAddress.Parse("jobs@cole.example"), null, null, Active: true);
        await directory.PutVendor(gone);
        await directory.PutVendor(next);
        foreach (var rule in (await directory.Rules(new PageRequest("", null, 10, false))).Items)
            await directory.RemoveRule(rule.Rule.Id);
        await directory.PutRule(new Rule(Salon.Id(backend), null, null, [new RuleStep(gone.Id, TimeSpan.FromDays(3)), new RuleStep(next.Id, TimeSpan.FromDays(3))]));
        var tom = EmailAddress.Parse("tom@caller.example");
        var (asked, accepted, closed) = (await known.Write(tom, "Tom Baker", "Drip"), await known.Write(tom, "Tom Baker", "Drop"), await known.Write(tom, "Tom Baker", "Dry"));
        await accepted.Answer(gone.Id, VendorAnswer.Accept, "");
        await closed.Answer(gone.Id, VendorAnswer.Accept, "");
        await closed.Answer(gone.Id, VendorAnswer.Done, "Zyxomma mended it");
        Assert.Equal(3, Assert.Single((await known.Data.Look(known.Subject))!.Kept.Vendors).Asked);

        await known.BeRemoved();

        await Backend.Eventually(async () => (await Dump.Find(backend.Database, known.Secrets)).Count == 0, $"nothing is left but what is in {string.Join(", ", await Dump.Find(backend.Database, known.Secrets))}");
        Assert.Equal((DispatchStatus.Asking, next.Id), ((await asked.Look())!.Status, (await asked.Look())!.With!.Id));
        Assert.Equal((DispatchStatus.Asking, next.Id), ((await accepted.Look())!.Status, (await accepted.Look())!.With!.Id));
        Assert.Equal((DispatchStatus.Done, "Tom Baker"), ((await closed.Look())!.Status, (await closed.Look())!.CallerName));
        var archived = (await directory.Vendor(gone.Id))!;
        Assert.Equal((false, RequestErasure.NoAddress, (string?)null, true), (archived.Active, archived.Email, archived.Phone, archived.Link < 0));
        // Whoever writes from now on is sent past them.
        Assert.Equal(next.Id, (await (await known.Write(tom, "Tom Baker", "Again")).Look())!.With!.Id);
    }

    [Fact]
    public async Task Somebody_who_gave_no_address_is_removed_by_their_request()
    {
        var known = await Acquaintance.Make(backend, "numbat");
        var (theirs, same) = (await known.Write(null), await known.Write(null, "Tom Baker", "Another"));
        var key = theirs.GetPrimaryKeyString();
        var subject = DataSubject.OfRequest(Guid.ParseExact(key[(key.LastIndexOf('/') + 1)..], "n"));

        await known.BeRemoved(subject);

        Assert.Empty(await Dump.Find(backend.Database, known.Secrets));
        Assert.Null(await theirs.LookAsCaller());
        Assert.NotNull(await same.LookAsCaller());
        // A request that has an address is nobody's but of who reads its mail.
        var mailed = await known.Write(known.Email);
        var id = mailed.GetPrimaryKeyString();
        Assert.False(await known.Data.Ask(DataSubject.OfRequest(Guid.ParseExact(id[(id.LastIndexOf('/') + 1)..], "n")), DataWish.Everything));
    }

    [Fact]
    public async Task What_a_refused_statement_cuts_off_is_done_again()
    {
        var known = await Acquaintance.Make(backend, "kinkajou");
        var dispatch = await known.Write(known.Email);
        await known.Book(10);
        var asked = await known.Ask(DataWish.Removal);
        Assert.True(await known.Data.Remove(asked.Id, known.Owner));
        // Their appointment cannot be touched, the request that comes before it can.
        await backend.Database.Execute(
            $"""
            create function kinkajou() returns trigger language plpgsql as $body$ begin if new.tenant_id = '{known.Scope.Id}' then raise exception 'fault'; end if; return new; end $body$;
            create trigger kinkajou before update on appointment for each row execute function kinkajou()
            """);
        try
        {
            await backend.Advance(IDataRequestsGrain.Undo + TimeSpan.FromMinutes(1));
            await Backend.Eventually(async () => (await dispatch.Look())!.CallerName == Removed.Name, "it has begun");
            Assert.True((await known.Data.Open(asked.Id))!.Request.IsOpen);
        }
        finally
        {
            await backend.Database.Execute("drop function kinkajou() cascade");
        }

        await backend.Advance(TimeSpan.FromMinutes(11));

        await Backend.Eventually(async () => (await known.Data.Open(asked.Id))!.Request.Outcome == DataOutcome.Removed, "it is done");
        await backend.Mails.Next(known.Email, "data-answered");
        await Backend.Eventually(async () => (await Dump.Find(backend.Database, known.Secrets)).Count == 0, "nothing is left");
        Assert.Single(backend.Mails.To(known.Email), mail => mail.Kind == "data-answered");
    }

    [Fact, Promise("R32", "R34")]
    public async Task A_backup_that_brings_somebody_back_has_them_removed_again_and_who_came_back_by_themselves_stays()
    {
        var known = await Acquaintance.Make(backend, "axolotl");
        var (before, booked) = (await known.Write(known.Email), await known.Book(10));
        var row = await backend.Database.Scalar<string>("select to_jsonb(d)::text from dispatch d where tenant_id = $1", known.Scope.Id.Value);
        await known.BeRemoved();
        await backend.Advance(TimeSpan.FromMinutes(5));
        var after = await known.Write(known.Email);
        // As a backup from before has it.
        await backend.Database.Execute("update dispatch d set caller_name = r.caller_name, caller_phone = r.caller_phone, caller_email = r.caller_email, body = r.body, closed_at = null, status = r.status from jsonb_populate_record(null::dispatch, $1::jsonb) r where d.tenant_id = r.tenant_id and d.id = r.id", row);
        await backend.Database.Execute("update appointment set guest_name = $2, guest_email = $3 where id = $1", booked.Id, known.Name, known.Email.Value);
        await backend.Restart();
        Assert.NotNull(await before.LookAsCaller());

        await backend.Services.GetRequiredService<PersonReplay>().Run();

        Assert.Null(await before.LookAsCaller());
        Assert.True((await known.Scope.Appointment(booked.Id).Look())!.Guest.IsRemoved);
        Assert.Equal(known.Name, (await after.Look())!.CallerName);
        var kept = (await known.Data.Look(known.Subject))!.Kept;
        Assert.Equal((1, 0), (kept.RequestCount, kept.AppointmentCount));
        // Nothing of it says who: not in clear, and not to somebody who guesses.
        var erased = await File.ReadAllTextAsync(backend.Services.GetRequiredService<ErasedFile>().Path);
        Assert.DoesNotContain("axolotl", erased, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(" person ", erased, StringComparison.Ordinal);
    }

    [Fact, Promise("R33", "P16", "C27")]
    public async Task A_copy_has_everything_of_theirs_and_nothing_of_anybody_else()
    {
        var known = await Acquaintance.Make(backend, "pangolin");
        var (theirs, _) = (await known.Write(known.Email), await known.Write(EmailAddress.Parse("tom@caller.example"), "Tom Baker", "The bell is silent."));
        var photo = await known.Photo(theirs);
        await theirs.Note("Lives above the <bakery>.", known.Owner);
        await theirs.WriteAsVendor(known.Vendor.Id, Salon.Id(backend), toBusiness: true, "Between us: difficult.");
        await known.Book(10);
        var asked = await known.Ask(DataWish.Everything);
        Assert.Null(await known.Data.Copy(asked.Id));

        Assert.True(await known.Data.Send(asked.Id));

        var copy = (await known.Data.Copy(asked.Id))!;
        var (json, html) = (Encoding.UTF8.GetString(copy.Files[0].Content), Encoding.UTF8.GetString(copy.Files[1].Content));
        foreach (var text in new[] { json, html })
        {
            Assert.All((string[])["The pangolin drips.", known.Phone, known.Email.Value, "About the pangolin", "Rivera Plumbing"], word => Assert.Contains(word, System.Net.WebUtility.HtmlDecode(text), StringComparison.Ordinal));
            Assert.All((string[])["Tom Baker", "bell", "difficult"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }

        Assert.Contains("Lives above the <bakery>.", json, StringComparison.Ordinal);
        Assert.Contains("Lives above the &lt;bakery&gt;.", html, StringComparison.Ordinal);
        Assert.Equal(photo, Assert.Single(copy.Photos).Photo);
        Assert.Contains("/your-copy/", (await backend.Mails.Next(known.Email, "data-answered")).Text, StringComparison.Ordinal);
        await backend.Advance(TimeSpan.FromDays(8));
        Assert.Null(await known.Data.Copy(asked.Id));
    }
}
