using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>What ./run notify-breach does, on a database that is in use.</summary>
[Collection(Backend.Name)]
public sealed class BreachTests(Backend shared) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("breach");
    private Backend _backend = null!;

    public async Task InitializeAsync() => _backend = await shared.Beside();

    public async Task DisposeAsync()
    {
        await _backend.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact, Promise("P20", "W26")]
    public async Task Owners_are_told_once_however_often_it_is_sent_and_it_is_measured_from_its_discovery()
    {
        var (ana, rui) = (await SignedUp(), await SignedUp());
        var file = await File("breach-1", "all");
        Assert.Equal("Nothing was noted", Assert.Single(Lines(await Run(0, file)), line => line.StartsWith("Nothing was noted", StringComparison.Ordinal))[..17]);
        Assert.Contains("When was it discovered?", await Run(1, file, "--send"), StringComparison.Ordinal);
        Assert.Equal((null, true), await Measured());

        var shown = await Run(0, file, "--discovered", $"{_backend.Clock.GetUtcNow():O}");
        Assert.Contains("To 2 owners:", shown, StringComparison.Ordinal);
        Assert.Contains("Names were seen.", shown, StringComparison.Ordinal);
        await _backend.Live(3);
        Assert.Equal(0, Had(ana));
        await Run(0, file, "--send");
        await Run(0, file, "--send");
        await _backend.Live(3);
        Assert.Contains("2 owners have their mail", await Run(0, file, "--send"), StringComparison.Ordinal);
        await _backend.Restart();
        await _backend.Live(3);

        Assert.Equal((1, 1), (Had(ana), Had(rui)));
        var (measured, isKept) = await Measured();
        Assert.True(isKept);
        Assert.InRange(measured!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        Assert.Equal(0, await _backend.Database.Scalar<long>("select count(*) from breach where subject is not null or body is not null or accounts is not null or notified_at is null or owners <> 2"));
    }

    [Fact, Promise("P20")]
    public async Task Cut_off_in_the_middle_it_goes_on_and_nobody_is_told_twice()
    {
        var people = new[] { await SignedUp(), await SignedUp() };
        await Run(0, await File("breach-2", "all"), "--send", "--discovered", $"{_backend.Clock.GetUtcNow():O}");
        await _backend.Live(2);
        // As after a crash between posting mails and noting that they are.
        await _backend.Database.Execute("update breach set told = '', owners = 0, posted_at = null, notified_at = null, subject = 'Again', body = 'Again'");
        await _backend.Live(2);
        Assert.All(people, person => Assert.Equal(1, Had(person)));
        Assert.Equal(2, await _backend.Database.Scalar<int>("select owners from breach"));
    }

    [Fact, Promise("P20")]
    public async Task Only_those_are_told_whom_it_concerns_and_a_name_that_is_nobodys_stops_it()
    {
        var people = new[] { await SignedUp(), await SignedUp(), await SignedUp() };
        Assert.Contains("Nobody here is called nowhere", await Run(1, await File("breach-3", $"{people[0].Slug}, nowhere"), "--send", "--discovered", "2026-01-05T08:00Z"), StringComparison.Ordinal);
        await Run(0, await File("breach-3", $"{people[0].Slug}, {people[1].Email.Value.ToUpperInvariant()}"), "--send", "--discovered", "2026-01-05T08:00Z");
        await _backend.Live(2);
        Assert.Equal([1, 1, 0], people.Select(Had));
    }

    [Fact, Promise("P20")]
    public async Task One_that_is_noted_and_not_sent_alarms_after_48_hours_and_breaks_the_promise_after_72()
    {
        await SignedUp();
        await Run(0, await File("breach-4", "all"), "--discovered", $"{_backend.Clock.GetUtcNow():O}");
        await _backend.Advance(TimeSpan.FromHours(47));
        Assert.Equal(0, await Alarmed());
        await _backend.Advance(TimeSpan.FromHours(2));
        Assert.Equal((TimeSpan.FromHours(49), true), await Measured());
        Assert.Equal(1, await Alarmed());
        await _backend.Advance(TimeSpan.FromHours(24));
        Assert.Equal((TimeSpan.FromHours(73), false), await Measured());
    }

    [Fact]
    public async Task The_command_itself_needs_a_file_that_says_what_and_whom_and_has_an_example_of_one()
    {
        using var example = new StringWriter();
        Assert.Equal(0, await BreachCommand.Run(["--example"], _folder.FullName, null, example));
        var file = Path.Combine(_folder.FullName, "example.txt");
        await System.IO.File.WriteAllTextAsync(file, example.ToString());
        using var shown = new StringWriter();
        Assert.Equal(0, await BreachCommand.Run([file], _folder.FullName, _backend.Database.ConnectionString, shown));
        Assert.Contains("To 0 owners:", shown.ToString(), StringComparison.Ordinal);

        Assert.Contains("It concerns nobody", await Run(1, file, "--send", "--discovered", "2026-01-05T08:00Z"), StringComparison.Ordinal);
        Assert.Contains("Affects", await Run(1, await File("breach-5", "")), StringComparison.Ordinal);
        Assert.Contains("--example", await Run(2, file, "--now"), StringComparison.Ordinal);
        Assert.Contains("--discovered WHEN", await Run(2, "--send"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mails_say_what_was_written_and_by_when()
    {
        var text = EmailText.Of(new BreachEmail("Requests were seen", ["Names were seen.", "Tell your callers."]).Compose());
        Assert.Contains("Names were seen.", text, StringComparison.Ordinal);
        Assert.Contains("Tell your callers.", text, StringComparison.Ordinal);
        var due = EmailText.Of(new BreachDueEmail("breach-9", new(2026, 3, 3, 9, 40, 0, TimeSpan.Zero), new(2026, 3, 6, 9, 40, 0, TimeSpan.Zero)).Compose());
        Assert.Contains("Friday, 6 March 2026, 09:40 UTC", due, StringComparison.Ordinal);
        Assert.Contains("./run notify-breach breach-9.txt --send", due, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries);

    private int Had(Person person) => _backend.Mails.To(person.Email).Count(mail => mail.Kind == "breach");

    private Task<long> Alarmed() => _backend.Database.Scalar<long>("select count(*) from breach where alarmed_at is not null");

    private async Task<Person> SignedUp()
    {
        var person = new Person(_backend);
        await person.SignUp();
        return person;
    }

    private async Task<string> File(string name, string affects)
    {
        var path = Path.Combine(_folder.FullName, $"{name}.txt");
        await System.IO.File.WriteAllTextAsync(path, $"Subject: Requests were seen\nAffects: {affects}\n\nNames were seen.\n\nTell your callers.\n");
        return path;
    }

    private async Task<string> Run(int code, params string[] words)
    {
        using var say = new StringWriter();
        Assert.Equal(code, await BreachCommand.Run(words, new Breaches(_backend.Services.GetRequiredService<Ledger>(), _backend.Clock), say));
        return say.ToString();
    }

    private async Task<(TimeSpan? Measured, bool IsKept)> Measured()
    {
        var value = (await _backend.Grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Check()).Values.Single(value => value.Key == "breach-notice");
        return (value.Measured, value.IsKept);
    }
}
