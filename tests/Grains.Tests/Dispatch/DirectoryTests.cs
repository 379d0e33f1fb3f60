using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class DirectoryTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact, Promise("R2", "R3", "R31")]
    public async Task What_is_put_is_there_also_after_a_restart()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var directory = office.Scope.Directory();
        var subject = new Subject(Office.Id(backend), "14 Elm Street", "Flat 3", Active: true);
        await directory.PutSubject(subject);
        await directory.PutSubject(subject with { Reference = "Flat 4" });
        await directory.PutVendor(office.Vendors[0] with { Phone = null, Note = null });
        var hours = new OpeningHours([new(DayOfWeek.Monday, new(540, 1020))], [new(new(2026, 12, 24), new(2026, 12, 26), "Christmas", [])]);
        await directory.PutVendor(office.Vendors[1] with { Duty = VendorDuty.Own, Hours = hours, UnavailableUntil = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero) });
        await directory.PutRule(new Rule(Office.Id(backend), subject.Id, office.Urgent.Id, [new([office.Vendors[1].Id, office.Vendors[0].Id], s_ten, StepStart.OnDuty, CountsDuty: true), new(office.Vendors[0].Id, s_ten * 2)], Repeat: 3));
        var before = (await directory.Rules(All()), await directory.Vendors(All()), await directory.Subjects(All()), await directory.Categories(), await directory.Version());

        await directory.Close();
        backend.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(before.Item1.Items.Select(Text), (await directory.Rules(All())).Items.Select(Text));
        Assert.Equal(before.Item2.Items.AsEnumerable(), (await directory.Vendors(All())).Items);
        Assert.Equal(subject with { Reference = "Flat 4" }, Assert.Single((await directory.Subjects(All())).Items));
        Assert.Equal(before.Item4.AsEnumerable(), await directory.Categories());
        Assert.True(await directory.Version() > before.Item5);
    }

    [Fact]
    public async Task A_name_is_given_once_and_says_who_has_it()
    {
        var office = await Office.Open(backend, s_ten);
        var directory = office.Scope.Directory();
        var version = await directory.Version();

        Assert.Equal(new DirectoryChange.Duplicate(office.Vendors[0].Id), await directory.PutVendor(office.Vendors[0] with { Id = Office.Id(backend), Name = office.Vendors[0].Name.ToUpperInvariant() }));
        Assert.Equal(new DirectoryChange.Duplicate(office.Routine.Id), await directory.PutCategory(office.Routine with { Id = Office.Id(backend) }));
        var rule = (await directory.Rules(All())).Items.Single().Rule;
        Assert.Equal(new DirectoryChange.Duplicate(rule.Id), await directory.PutRule(rule with { Id = Office.Id(backend) }));

        Assert.Equal(version, await directory.Version());
        Assert.Single((await directory.Vendors(All())).Items);
    }

    [Fact]
    public async Task A_rule_names_only_what_is_there()
    {
        var office = await Office.Open(backend, s_ten);
        var directory = office.Scope.Directory();
        var nobody = Office.Id(backend);

        Assert.Equal(new DirectoryChange.Missing("vendor"), await directory.PutRule(new Rule(Office.Id(backend), null, office.Urgent.Id, [new(nobody, s_ten)])));
        Assert.Equal(new DirectoryChange.Missing("subject"), await directory.PutRule(new Rule(Office.Id(backend), nobody, null, [])));
        Assert.Equal(new DirectoryChange.Missing("category"), await directory.PutRule(new Rule(Office.Id(backend), null, nobody, [])));
        await Assert.ThrowsAsync<ArgumentException>(() => directory.PutRule(new Rule(Office.Id(backend), null, null, [new(office.Vendors[0].Id, TimeSpan.FromSeconds(1))])));
        Assert.Single((await directory.Rules(All())).Items);

        await office.Vanish();
        Assert.Equal(new DirectoryChange.Missing("tenant"), await directory.PutVendor(office.Vendors[0] with { Id = nobody, Name = "Late" }));
    }

    [Fact]
    public async Task Every_change_raises_the_version_and_shows_on_the_desk()
    {
        var office = await Office.Open(backend, s_ten);
        var directory = office.Scope.Directory();
        var desk = await directory.Desk() ?? throw new InvalidOperationException();

        await directory.PutCategory(office.Routine with { Active = false });
        var changed = await directory.Desk() ?? throw new InvalidOperationException();
        Assert.True(changed.Version > desk.Version);
        Assert.DoesNotContain(changed.Categories, category => category.Id == office.Routine.Id);

        await office.Scope.Tenant().Change(desk.Profile.Settings with { AwayText = "Back on Monday" });
        var away = await directory.Desk() ?? throw new InvalidOperationException();
        Assert.True(away.Version > changed.Version);
        Assert.Equal("Back on Monday", away.Profile.Settings.AwayText);
    }

    [Fact]
    public async Task No_change_of_the_profile_is_lost_to_an_activation_at_the_same_time()
    {
        var office = await Office.Open(backend, s_ten);
        var settings = (await office.Scope.Tenant().Profile())!.Settings;
        for (var i = 0; i < 20; i++)
        {
            var text = $"Away {i}";
            await office.Scope.Directory().Close();
            await Task.WhenAll(office.Scope.Directory().Desk(), Task.Run(() => office.Scope.Tenant().Change(settings with { AwayText = text })), office.Scope.Directory().Version());
            Assert.Equal(text, (await office.Scope.Directory().Desk())?.Profile.Settings.AwayText);
        }
    }

    [Fact]
    public async Task A_vendor_who_is_switched_off_is_passed_over_by_new_requests_only()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var running = await office.Submit();

        await office.Scope.Directory().PutVendor(office.Vendors[1] with { Active = false });

        var plan = await office.Scope.Directory().Route(null, office.Routine.Id);
        Assert.Equal([office.Vendors[0].Id], plan!.Steps.Select(step => Assert.Single(step.Vendors).Id));
        Assert.Equal(2, (await office.Look(running)).Steps.Length);
    }

    [Fact]
    public async Task Pages_cover_every_row_once_in_the_order_people_count()
    {
        var office = await Office.Open(backend);
        var directory = office.Scope.Directory();
        foreach (var number in new[] { 100, 7, 23, 1, 9, 10, 2, 55, 14 })
            await directory.PutSubject(new Subject(Office.Id(backend), $"{number} Elm Street", "", Active: number != 55));

        var (seen, after, totals) = (new List<string>(), (Guid?)null, new List<int>());
        do
        {
            var page = await directory.Subjects(new PageRequest("", after, 3, IncludeInactive: false));
            seen.AddRange(page.Items.Select(subject => subject.Label.Split(' ')[0]));
            totals.Add(page.Total);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(["1", "2", "7", "9", "10", "14", "23", "100"], seen);
        Assert.Equal([8, 8, 8], totals);
        Assert.Equal(["55 Elm Street"], (await directory.Subjects(new PageRequest("55 elm", null, 3, IncludeInactive: true))).Items.Select(s => s.Label));
    }

    [Fact]
    public async Task Search_finds_by_beginnings_first_and_without_accents()
    {
        var office = await Office.Open(backend);
        var directory = office.Scope.Directory();
        foreach (var (label, reference, active) in new[] { ("Rua São João 12", "", true), ("12 Rua Nova", "", true), ("Praça do Império", "near João Belo", true), ("Sanjoaoeiro", "", true), ("São João Velho", "", false), ("Ærøgade 3", "", true) })
            await directory.PutSubject(new Subject(Office.Id(backend), label, reference, active));

        Assert.Equal(["Rua São João 12", "Praça do Império", "Sanjoaoeiro"], (await directory.FindSubjects("joao", 10)).Select(s => s.Label).Order(StringComparer.Ordinal).Reverse().OrderBy(l => l[0] switch { 'R' => 0, 'P' => 1, _ => 2 }));
        Assert.Equal("Sanjoaoeiro", (await directory.FindSubjects("JOÃO", 10))[^1].Label);
        Assert.Equal(["12 Rua Nova", "Rua São João 12"], (await directory.FindSubjects("12 rua", 10)).Select(s => s.Label));
        Assert.Equal("Ærøgade 3", Assert.Single(await directory.FindSubjects("aerog", 10)).Label);
        Assert.Equal(2, (await directory.FindSubjects("rua", 2)).Length);
        Assert.Empty(await directory.FindSubjects("  ", 10));
    }

    [Fact]
    public async Task Among_twenty_thousand_subjects_one_is_found_and_routed_without_the_database()
    {
        var office = await Office.Open(backend, s_ten);
        await backend.Database.Execute("insert into subject select $1, gen_random_uuid(), i || ' Elm Street', 'Flat ' || i % 40, true from generate_series(1, 20000) i", office.Tenant.Value);
        await office.Scope.Directory().Close();
        var directory = office.Scope.Directory();
        Assert.Equal(20_000, (await directory.Desk())?.SubjectCount);
        Assert.Equal("19999 Elm Street", (await directory.FindSubjects("19999", 10))[0].Label);

        // Looked up in memory: whatever is asked, the database has no part in it.
        await backend.Database.Execute("alter table subject rename to subject_elsewhere");
        try
        {
            Assert.Equal(20, (await directory.FindSubjects("str 17", 20)).Length);
            Assert.NotNull(await directory.Route(null, office.Routine.Id));
        }
        finally
        {
            await backend.Database.Execute("alter table subject_elsewhere rename to subject");
        }
    }

    private static PageRequest All() => new("", null, 200, IncludeInactive: true);

    private static string Text(RuleView view) => $"{view.Rule.Id} {view.SubjectLabel} {view.CategoryName} {string.Join(',', view.Vendors)} {string.Join(',', view.Rule.Steps.Select(step => $"{string.Join('+', step.Vendors)} {step.Wait} {step.Start} {step.CountsDuty}"))} {view.Rule.Repeat}";
}
