using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>A business with a vendor that somebody has written to and booked at, in words that stand nowhere else.</summary>
public sealed class Acquaintance(Backend backend, Salon salon, Vendor vendor, Category category, string word)
{
    private static readonly TimeSpan s_wait = TimeSpan.FromDays(3);

    public TenantScope Scope => salon.Scope;

    public AccountId Owner => salon.Account;

    public Vendor Vendor => vendor;

    public EmailAddress Email { get; } = EmailAddress.Parse($"{word}@caller.example");

    public string Name => $"Ana {word}";

    public string Phone { get; } = $"+351 9{string.Concat(word.Select(letter => letter % 10))}";

    public IDataRequestsGrain Data => Scope.DataRequests();

    public DataSubject Subject => DataSubject.Of(Email);

    /// <summary>What may be nowhere any more once they are removed.</summary>
    public string[] Secrets => [word, Phone];

    public static async Task<Acquaintance> Make(Backend backend, string word)
    {
        var salon = await Salon.Open(backend);
        var directory = salon.Scope.Directory();
        var vendor = new Vendor(Salon.Id(backend), "Rivera Plumbing", EmailAddress.Parse($"jobs@{salon.Tenant.Value[^12..]}.example"), "+351 210 000 777", "Knows the house", Active: true);
        Assert.IsType<DirectoryChange.Saved>(await directory.PutVendor(vendor));
        Assert.IsType<DirectoryChange.Saved>(await directory.PutRule(new Rule(Salon.Id(backend), null, null, [new RuleStep(vendor.Id, s_wait)])));
        return new Acquaintance(backend, salon, vendor, (await directory.Categories()).First(c => !c.Urgent), word);
    }

    /// <param name="email">Null for somebody who gives none.</param>
    public async Task<IDispatchGrain> Write(EmailAddress? email, string? name = null, string? text = null)
    {
        var dispatch = Scope.Dispatch(Salon.Id(backend));
        Assert.IsType<SubmitOutcome.Accepted>(await dispatch.Submit(new Submission(null, category.Id, name ?? Name, name is null ? Phone : "+351 911 000 000", email, text ?? $"The {word} drips.", new byte[32])));
        return dispatch;
    }

    public async Task<Appointment> Book(int hour, string? name = null, string? email = null) => Assert.IsType<BookOutcome.Booked>(await salon.Schedule.Book(
        Salon.Id(backend), salon.Form(salon.At(hour), name ?? Name, email ?? Email.Value) with { Phone = name is null ? Phone : null, Note = name is null ? $"About the {word}" : null })).Appointment;

    /// <summary>Asks, as whoever has the link.</summary>
    public async Task<DataRequest> Ask(DataWish wish, DataSubject? subject = null)
    {
        Assert.True(await Data.Ask(subject ?? Subject, wish));
        return (await Data.Look(subject ?? Subject))!.Asked.First(request => request.Wish == wish && request.IsOpen);
    }

    /// <summary>Asks to be removed, has the owner do it, and lets the time pass in which that could be taken back.</summary>
    public async Task<DataRequest> BeRemoved(DataSubject? subject = null)
    {
        var asked = await Ask(DataWish.Removal, subject);
        Assert.True(await Data.Remove(asked.Id, Owner));
        await backend.Advance(IDataRequestsGrain.Undo + TimeSpan.FromMinutes(1));
        await Backend.Eventually(async () => (await Data.Open(asked.Id))!.Request.Outcome == DataOutcome.Removed, "they are removed");
        return asked;
    }

    public async Task<Guid> Photo(IDispatchGrain dispatch)
    {
        var id = dispatch.GetPrimaryKeyString();
        var upload = Scope.PhotoUpload(Guid.ParseExact(id[(id.LastIndexOf('/') + 1)..], "n"), Salon.Id(backend));
        await upload.Add(0, HandmadePhoto.Jpeg());
        var photo = (await upload.Finish()).Photo!.Value;
        await dispatch.Attach([photo]);
        return photo;
    }
}
