using System.Text;
using Backsoon.Mail;
using Backsoon.Tenants;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class ImportTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);
    private static readonly OpeningHours s_hours = new([new(DayOfWeek.Monday, new(540, 1020))], [new(new DateOnly(2026, 12, 24), new DateOnly(2026, 12, 26), "Christmas", [])]);

    [Fact]
    public async Task New_rows_come_and_known_ones_change_once_the_owner_says_so()
    {
        var office = await Office.Open(backend);
        var kept = new Subject(Office.Id(backend), "Mill Lane 4", "Flat 1", Active: true);
        await office.Scope.Directory().PutSubject(kept);
        var import = await Take(office, ListKind.Subjects, $"Reference;ACTIVE;Name;Colour\nFlat 9;no;Mill Lane 4;red\nFlat 1;;mill lane 4;\n;;Quay House 1;\n");

        var view = (await import.Look())!;
        Assert.Equal((2, 1, 0, 0), (view.New, view.Changed, view.Unchanged, view.ProblemCount));
        Assert.Equal("Colour", Assert.Single(view.Ignored));
        Assert.Equal(new FieldChange("Name", "Mill Lane 4", "mill lane 4"), Assert.Single(Assert.Single(view.Changes).Fields));
        Assert.Equal(["Mill Lane 4 · Flat 9", "Quay House 1"], view.NewNames.ToArray());
        Assert.Equal(1, (await office.Scope.Directory().Subjects(new PageRequest("", null, 10, true))).Total);

        await Apply(import);

        var subjects = (await office.Scope.Directory().Subjects(new PageRequest("", null, 10, true))).Items;
        Assert.Equal([("mill lane 4", "Flat 1", true), ("Mill Lane 4", "Flat 9", false), ("Quay House 1", "", true)], subjects.Select(s => (s.Label, s.Reference, s.Active)).OrderBy(s => s.Reference.Length == 0).ThenBy(s => s.Reference));
        Assert.Equal(kept.Id, subjects.Single(s => s.Reference == "Flat 1").Id);
        Assert.Equal((2, 1, 0), ((await import.Look())!.New, (await import.Look())!.Changed, (await import.Look())!.Unchanged));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from import_piece where tenant_id = $1", office.Tenant.Value));
    }

    [Fact]
    public async Task With_one_mistake_nothing_is_written_and_each_is_named_by_line_and_column()
    {
        var office = await Office.Open(backend, s_ten);
        var import = await Take(
            office, ListKind.Vendors,
            $"Name,Email,Telephone,Active,Id\nGood,good@example.com,,yes,\n,nobody@example.com,,,\nBad mail,nowhere,,,\nBad phone,a@example.com,12,,\nBad word,b@example.com,,maybe,\nBad id,c@example.com,,,7\nGOOD,d@example.com,,,\n{new string('x', 101)},e@example.com,,,\nToo,many@example.com,,,,cells\n");

        var view = (await import.Look())!;

        Assert.Equal(
            [(3, "Name"), (4, "Email"), (5, "Telephone"), (6, "Active"), (7, "Id"), (8, null), (9, "Name"), (10, null)],
            view.Problems.Select(problem => (problem.Line, problem.Column)));
        Assert.False(await import.Apply());
        Assert.Equal(ImportState.Waiting, (await import.Look())!.State);
        Assert.Single((await office.Scope.Directory().Vendors(new PageRequest("", null, 10, true))).Items);
    }

    [Theory]
    [InlineData("", "no column “Name”")]
    [InlineData("Name\n", "nothing below")]
    [InlineData("Label of it\nMill Lane\n", "no column “Name”")]
    [InlineData("Name,name\nMill Lane,x\n", "Two columns")]
    [InlineData("Name\n\"Mill Lane\n", "never closed")]
    public async Task A_file_that_is_no_list_says_what_it_lacks(string text, string says)
    {
        var import = await Take(await Office.Open(backend), ListKind.Subjects, text);
        Assert.Contains(says, Assert.Single((await import.Look())!.Problems).Says);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF_8_is_refused_kindly()
    {
        var office = await Office.Open(backend);
        var import = office.Scope.Import(Office.Id(backend));
        await import.Take(ListKind.Subjects, 0, Encoding.Latin1.GetBytes("Name\nMüllerstraße 4\n"));
        Assert.Contains("CSV UTF-8", Assert.Single((await import.Look())!.Problems).Says);
    }

    [Fact]
    public async Task Rules_name_vendors_subjects_and_categories()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var directory = office.Scope.Directory();
        foreach (var reference in new[] { "Flat 1", "Flat 2" })
            await directory.PutSubject(new Subject(Office.Id(backend), "Elm Street", reference, Active: true));
        var (first, second) = (office.Vendors[0].Name, office.Vendors[1].Name.ToUpperInvariant());
        var wrong = await Take(office, ListKind.Rules, $"Subject,Category,Asks\nElm Street,,{first} (5 minutes)\n,Plumming,{first} (5 minutes)\n,,Nobody (5 minutes)\n,{office.Urgent.Name},{first}\n,{office.Routine.Name},{first} (8 days)\n");
        Assert.Equal([(2, "Subject"), (3, "Category"), (4, "Asks"), (5, "Asks"), (6, "Asks")], (await wrong.Look())!.Problems.Select(problem => (problem.Line, problem.Column)));

        var import = await Take(office, ListKind.Rules, $"Subject,Subject reference,Category,Asks\nelm street,flat 2,{office.Urgent.Name},\"{second} + {first} (1 hour, on duty) x 2\"\n,,,{first} (20 minutes)\n");
        Assert.Equal((1, 1), ((await import.Look())!.New, (await import.Look())!.Changed));
        await Apply(import);

        var subject = (await directory.Subjects(new PageRequest("flat 2", null, 1, true))).Items[0];
        var plan = (await directory.Route(subject.Id, office.Urgent.Id))!;
        var step = Assert.Single(plan.Rule!.Steps);
        Assert.Equal([office.Vendors[1].Id, office.Vendors[0].Id], step.Vendors.ToArray());
        Assert.Equal((TimeSpan.FromHours(1), StepStart.OnDuty, 2), (step.Wait, step.Start, plan.Rule.Repeat));
        Assert.Equal(TimeSpan.FromMinutes(20), Assert.Single((await directory.Route(null, office.Urgent.Id))!.Rule!.Steps).Wait);
    }

    [Fact]
    public async Task When_vendors_are_on_duty_is_taken_over_and_an_empty_cell_leaves_it_as_it_is()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var (a, b) = (office.Vendors[0] with { Duty = VendorDuty.Own, Hours = s_hours, UnavailableUntil = backend.Clock.GetUtcNow().AddDays(1) }, office.Vendors[1] with { Duty = VendorDuty.Own, Hours = s_hours });
        await office.Scope.Directory().PutVendor(a);
        await office.Scope.Directory().PutVendor(b);
        var wrong = await Take(office, ListKind.Vendors, $"Id,Name,Email,On duty\n{a.Id},{a.Name},{a.Email},Mon-Fri\n{b.Id},{b.Name},{b.Email},Mon 9-17; Mon 16-18\n");
        Assert.Equal([(2, "On duty"), (3, "On duty")], (await wrong.Look())!.Problems.Select(problem => (problem.Line, problem.Column)));

        var import = await Take(office, ListKind.Vendors, $"Id,Name,Email,hours\n{a.Id},{a.Name},{a.Email},Tue-Wed 9-12\n{b.Id},{b.Name},{b.Email},\n,New,new@example.com,when you are open\n");
        var view = (await import.Look())!;
        Assert.Equal((1, 1, 1), (view.New, view.Changed, view.Unchanged));
        Assert.Equal(new FieldChange("On duty", "Mon 09:00-17:00", "Tue-Wed 09:00-12:00"), Assert.Single(Assert.Single(view.Changes).Fields));
        await Apply(import);

        var hours = new OpeningHours([new(DayOfWeek.Tuesday, new(540, 720)), new(DayOfWeek.Wednesday, new(540, 720))], s_hours.Exceptions);
        Assert.Equal(a with { Hours = hours }, await office.Scope.Directory().Vendor(a.Id));
        Assert.Equal(b, await office.Scope.Directory().Vendor(b.Id));
        Assert.Equal(VendorDuty.Business, (await office.Scope.Directory().Vendors(new PageRequest("New", null, 1, true))).Items[0].Duty);
    }

    [Fact]
    public async Task Names_may_be_passed_on_within_one_file()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var (a, b) = (office.Vendors[0], office.Vendors[1]);
        var import = await Take(office, ListKind.Vendors, $"Id,Name,Email\n{a.Id},{b.Name},{a.Email}\n{b.Id},{a.Name},{b.Email}\n");

        await Apply(import);

        Assert.Equal(b.Name, (await office.Scope.Directory().Vendor(a.Id))!.Name);
        Assert.Equal(a with { Id = b.Id, Email = b.Email }, await office.Scope.Directory().Vendor(b.Id));
    }

    [Fact]
    public async Task An_export_changes_nothing_whatever_the_names_are()
    {
        var names = CsvTests.Hostile.Where(name => name.Trim().Length > 0 && name.Length < 60).ArrayOf(4);
        foreach (var sample in names.Sample(12, 8))
        {
            var office = await Office.Open(backend);
            var directory = office.Scope.Directory();
            var vendors = sample.Select((name, i) => new Vendor(Office.Id(backend), $"{name}{i}", EmailAddress.Parse($"v{i}@example.com"), i == 0 ? "+351 1" : null, i % 2 == 0 ? $"{name}\r\n\"=1\"" : null, i != 1, (VendorDuty)(i % 3), s_hours)).ToArray();
            foreach (var vendor in vendors)
                await directory.PutVendor(vendor);
            var subjects = sample.Select((name, i) => new Subject(Office.Id(backend), name, $"{i}{name}", Active: true)).ToArray();
            foreach (var subject in subjects)
                await directory.PutSubject(subject);
            await directory.PutCategory(office.Routine with { Name = $" {sample[0]}" });
            for (var i = 0; i < subjects.Length; i++)
                await directory.PutRule(new Rule(Office.Id(backend), subjects[i].Id, i % 2 == 0 ? office.Routine.Id : null, [new RuleStep(vendors[i].Id, TimeSpan.FromMinutes(1 + (i * 59))), new RuleStep(vendors[(i + 1) % 4].Id, TimeSpan.FromDays(1))]));

            foreach (var kind in Enum.GetValues<ListKind>())
            {
                var view = (await (await Take(office, kind, await ExportTests.List(office, kind))).Look())!;
                Assert.True((view.New, view.Changed, view.ProblemCount, view.Ignored.Length) == (0, 0, 0, 0) && view.Unchanged > 0, $"{kind} of {string.Join('|', sample)}: {view} {string.Join(' ', view.Problems)} {string.Join(' ', view.Changes.SelectMany(change => change.Fields))}");
            }
        }
    }

    [Fact]
    public async Task Twenty_thousand_come_in_one_piece_and_one_more_is_refused()
    {
        var office = await Office.Open(backend);
        var text = new StringBuilder("Name,Reference\n");
        for (var i = 0; i < IImportGrain.MaxRows; i++)
            text.Append($"Mill Lane {i},Flat {i % 7}\n");
        var import = await Take(office, ListKind.Subjects, text.ToString());
        Assert.Equal(IImportGrain.MaxRows, (await import.Look())!.New);

        await Apply(import);

        Assert.Equal(IImportGrain.MaxRows, (await office.Scope.Directory().Subjects(new PageRequest("", null, 1, true))).Total);
        Assert.True(await import.Apply());
        var more = await Take(office, ListKind.Subjects, text.Append("One more,\n").ToString());
        Assert.Contains("20,000", Assert.Single((await more.Look())!.Problems).Says);
        await office.Vanish();
    }

    [Fact]
    public async Task What_a_crash_cut_off_is_finished_and_a_list_that_changed_meanwhile_refuses_it()
    {
        var office = await Office.Open(backend);
        var (cut, late) = (await Take(office, ListKind.Subjects, "Name\nMill Lane\n"), await Take(office, ListKind.Categories, "Name\nBoiler\n"));
        // As it stands when the process went between the yes and the rows.
        await backend.Database.Execute("update import set state = 1 where tenant_id = $1", office.Tenant.Value);
        await backend.Database.Execute("insert into category (tenant_id, id, name, urgent, active, position) values ($1, gen_random_uuid(), 'Boiler', false, true, 99)", office.Tenant.Value);
        await backend.Database.Execute("update import_piece set content = convert_to(E'Id,Name\n,boiler \n,Boiler\n', 'UTF8') where tenant_id = $1 and import_id = (select id from import where tenant_id = $1 and kind = 2)", office.Tenant.Value);

        await cut.AsReference<IRemindable>().ReceiveReminder("finish", default);
        await late.AsReference<IRemindable>().ReceiveReminder("finish", default);

        Assert.Equal(ImportState.Imported, (await cut.Look())!.State);
        Assert.Equal("Mill Lane", Assert.Single((await office.Scope.Directory().Subjects(new PageRequest("", null, 10, true))).Items).Label);
        Assert.Equal((ImportState.Waiting, true), ((await late.Look())!.State, (await late.Look())!.Refused));
    }

    [Fact]
    public async Task After_a_day_a_file_is_forgotten()
    {
        var office = await Office.Open(backend);
        var import = await Take(office, ListKind.Subjects, "Name\nMill Lane\n");
        await backend.Advance(TimeSpan.FromHours(26));
        await Backend.Eventually(async () => await import.Look() is null, "the file is gone");
        Assert.False(await import.Apply());
    }

    private async Task<IImportGrain> Take(Office office, ListKind kind, string text)
    {
        var import = office.Scope.Import(Office.Id(backend));
        foreach (var (piece, position) in Encoding.UTF8.GetBytes(text).Chunk(IImportGrain.Piece).DefaultIfEmpty([]).Select((piece, position) => (piece, position)))
            Assert.True(await import.Take(kind, position, piece));
        return import;
    }

    private static async Task Apply(IImportGrain import)
    {
        Assert.True(await import.Apply());
        await Backend.Eventually(async () => (await import.Look())!.State == ImportState.Imported, "it is imported");
    }
}
