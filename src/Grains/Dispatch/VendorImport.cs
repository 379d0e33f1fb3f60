using System.Collections.Immutable;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

internal sealed class VendorImport : IListImport<Vendor>
{
    public string Apart => "Add a word that tells the two apart.";

    public static ImportSheet Read(ReadOnlySpan<byte> file) => ImportSheet.Read(
        file,
        [
            (DirectoryCsv.Name, ["Vendor"]), (DirectoryCsv.Email, ["E-mail", "Email address", "Mail"]), (DirectoryCsv.Phone, ["Phone", "Tel"]), (DirectoryCsv.Note, ["Notes"]), (DirectoryCsv.OnDuty, ["Hours", "Duty"]), (DirectoryCsv.Active, []), (DirectoryCsv.Id, []),
        ],
        DirectoryCsv.Name, DirectoryCsv.Email);

    public Guid Id(Vendor item) => item.Id;

    public string Key(Vendor item) => item.Name.ToLowerInvariant();

    public string Name(Vendor item) => item.Name;

    public ImmutableArray<(string Column, string Text)> Fields(Vendor item) =>
    [
        (DirectoryCsv.Name, item.Name), (DirectoryCsv.Email, item.Email.Value), (DirectoryCsv.Phone, item.Phone ?? ""), (DirectoryCsv.Note, item.Note ?? ""), (DirectoryCsv.OnDuty, DutyText.Of(item)),
        (DirectoryCsv.Active, DirectoryCsv.YesNo(item.Active)),
    ];

    public string? KeyOf(ImportRow row) => row.Text(DirectoryCsv.Name, "").ToLowerInvariant();

    public Vendor? Read(ImportRow row, Vendor? before, Guid id)
    {
        var email = before?.Email;
        if (row.Raw(DirectoryCsv.Email) is { } typed && typed != email?.Value && !EmailAddress.TryParse(typed, out email))
        {
            row.Problem(DirectoryCsv.Email, typed.Trim().Length == 0 ? "A vendor needs an address that requests are mailed to." : "This is no whole mail address. It looks like office@example.com.");
            return null;
        }

        if (email is null)
            return null;
        var name = row.Text(DirectoryCsv.Name, before?.Name ?? "");
        var (phone, note) = (row.Text(DirectoryCsv.Phone, before?.Phone ?? ""), row.Lines(DirectoryCsv.Note, before?.Note ?? ""));
        return OnDuty(row, before ?? new Vendor(id, name, email, null, null, Active: true)) with
        {
            Name = name,
            Email = email,
            Phone = phone.Length == 0 ? null : phone,
            Note = note.Length == 0 ? null : note,
            Active = row.YesNo(DirectoryCsv.Active, before?.Active ?? true),
        };
    }

    public void Check(ImportRow row, Vendor item)
    {
        row.Need(DirectoryCsv.Name, item.Name, DirectoryLimits.VendorName);
        if (item.Phone is { } phone && (phone.Length > DirectoryLimits.VendorPhone || phone.Count(char.IsDigit) is < 3 or > 20))
            row.Problem(DirectoryCsv.Phone, "Write a telephone number: digits, with spaces, dashes, brackets or a + if you like.");
        row.Fit(DirectoryCsv.Note, item.Note ?? "", DirectoryLimits.VendorNote);
    }

    // An empty cell says nothing of it.
    private static Vendor OnDuty(ImportRow row, Vendor vendor)
    {
        if (row.Raw(DirectoryCsv.OnDuty) is not { } typed || typed.Trim().Length == 0 || typed == DutyText.Of(vendor))
            return vendor;
        var (read, problem) = DutyText.Read(typed, vendor);
        if (problem is not null)
            row.Problem(DirectoryCsv.OnDuty, problem);
        return read;
    }
}
