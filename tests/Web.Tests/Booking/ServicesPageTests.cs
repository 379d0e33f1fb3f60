using System.Net;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class ServicesPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Everything_that_is_typed_of_a_service_is_kept_and_shown_again()
    {
        var practice = await Practice.Open(desk);
        var form = await practice.Browser.Get("/bookings/services/new");
        var typed = new Dictionary<string, string?>
        {
            ["name"] = "Advice <i>&</i> tea", ["about"] = "Bring your papers.", ["length"] = "50", ["before"] = "5", ["after"] = "10", ["price"] = "€ 40", ["kind"] = "phone", ["place"] = "",
            ["question-0"] = "What about?", ["needed-0"] = "on", ["question-1"] = "Anything else?", ["notice"] = "90", ["notice-unit"] = "minutes", ["ahead"] = "30", ["step"] = "20", ["cap"] = "4", ["seats"] = "2",
            ["change"] = "2", ["change-unit"] = "days",
        };

        var list = await practice.Browser.Submit(form, typed, "#service");

        Assert.Contains("Advice <i>&</i> tea", list.Text);
        Assert.Contains("you call the guest", list.Text);
        var saved = (await practice.Scope.Booking().Look())!.Services.Single(service => service.Name.StartsWith("Advice", StringComparison.Ordinal));
        Assert.Equal((TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(90), 30), (saved.Length, saved.BufferBefore, saved.BufferAfter, saved.MinNotice, saved.MaxDays));
        Assert.Equal((TimeSpan.FromMinutes(20), (int?)4, 2, TimeSpan.FromDays(2), "€ 40"), (saved.Step, saved.DailyCap, saved.Seats, saved.ChangeNotice, saved.Price));
        Assert.Equal([new Question("What about?", true), new Question("Anything else?", false)], saved.Questions.AsEnumerable());
        Assert.Equal([practice.Host.Id], saved.Hosts.AsEnumerable());
        var again = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/services/{saved.Id}"), form: "#service");
        Assert.Contains("Saved.", again.Text);
        Assert.Equivalent(saved, (await practice.Scope.Booking().Look())!.Service(saved.Id), strict: true);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_everything_typed_stays()
    {
        var practice = await Practice.Open(desk);
        var typed = new Dictionary<string, string?>
        {
            ["name"] = "viewing", ["length"] = "4", ["before"] = "-5", ["after"] = "9999", ["price"] = new string('9', 61), ["place"] = "Quay", ["question-0"] = new string('?', 121), ["notice"] = "99", ["notice-unit"] = "days",
            ["ahead"] = "0", ["step"] = "x", ["cap"] = "0", ["seats"] = "101", ["change"] = "", [ServiceForm.HostField(practice.Host.Id)] = null,
        };

        var page = await practice.Browser.Submit(await practice.Browser.Get("/bookings/services/new"), typed, "#service");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.All(new[] { "length", "before", "after", "price", "question-0", "notice", "ahead", "step", "cap", "seats", "change", "hosts" }, field => Assert.NotNull(page.Error(field)));
        Assert.All(typed.Where(field => field.Value is not null && !field.Key.EndsWith("-unit", StringComparison.Ordinal)), field => Assert.Equal(field.Value, page.Document.QuerySelector($"[name='{field.Key}']")!.GetAttribute("value")));
        Assert.Single((await practice.Scope.Booking().Look())!.Services);
    }

    [Fact]
    public async Task Two_services_have_two_names_and_a_double_click_adds_one()
    {
        var practice = await Practice.Open(desk);
        var form = await practice.Browser.Get("/bookings/services/new");

        var duplicate = await practice.Browser.Submit(form, new Dictionary<string, string?> { ["name"] = "VIEWING" }, "#service");
        Assert.Contains("already", duplicate.Error("name"));
        await practice.Browser.Submit(form, new Dictionary<string, string?> { ["name"] = "Advice" }, "#service");
        await practice.Browser.Submit(form, new Dictionary<string, string?> { ["name"] = "Advice" }, "#service");
        await practice.Browser.Submit(form, new Dictionary<string, string?> { ["name"] = "Repair" }, "#service");

        Assert.Equal(["Advice", "Repair", "Viewing"], (await practice.Scope.Booking().Look())!.Services.Select(service => service.Name).Order());
    }

    [Fact]
    public async Task An_archived_service_is_offered_to_nobody_and_comes_back_by_undo()
    {
        var practice = await Practice.Open(desk);

        var list = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/services/{practice.Service.Id}"), form: "#switch");

        Assert.Contains("Archived", list.Text);
        Assert.Empty((await practice.Scope.Booking().Slots(practice.Service.Id, null, desk.Clock.GetUtcNow(), desk.Clock.GetUtcNow().AddDays(2), null)).Slots);
        await practice.Browser.Submit(list, form: ".flash form");
        Assert.Equivalent(practice.Service, (await practice.Scope.Booking().Look())!.Service(practice.Service.Id), strict: true);
    }
}
