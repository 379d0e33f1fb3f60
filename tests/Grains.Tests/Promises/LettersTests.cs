using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Promises;

[Collection(Backend.Name)]
public sealed class LettersTests(Backend shared)
{
    private static readonly EmailAddress s_operator = EmailAddress.Parse("ops@example.com");

    [Theory, Promise("R47", "C30", "P16")]
    [InlineData(LetterKind.Privacy, "2026-01-09 15:00", "2026-01-11 15:00")]
    [InlineData(LetterKind.Rights, "2026-01-09 15:00", "2026-02-08 15:00")]
    [InlineData(LetterKind.Vulnerability, "2026-01-05 09:00", "2026-01-12 09:00")]
    [InlineData(LetterKind.Vulnerability, "2026-01-09 15:00", "2026-01-16 15:00")]
    // On a Saturday: as if it had come with Monday.
    [InlineData(LetterKind.Vulnerability, "2026-01-10 15:00", "2026-01-19 00:00")]
    public void Each_kind_has_its_time(LetterKind kind, string came, string due) => Assert.Equal(Utc(due), Letters.DueAt(kind, Utc(came), new Policy()));

    [Fact, Promise("R47", "C30", "P16")]
    public async Task An_operator_notes_lists_and_closes_them()
    {
        await using var database = await shared.NewDatabase();
        var letters = new Letters(new Ledger(database), new ManualClock());
        Assert.Equal("Nothing waits for an answer.", await Say(letters));

        var rights = await Say(letters, "add", "rights", "2026-01-02T10:00Z");
        var privacy = await Say(letters, "add", "privacy");
        Assert.Contains("answer by Sun 2026-02-01 10:00 UTC", rights, StringComparison.Ordinal);
        Assert.Contains("came 2026-01-05 09:00  answer by Wed 2026-01-07 09:00 UTC", privacy, StringComparison.Ordinal);
        Assert.Equal([privacy, rights], (await Say(letters)).Split(Environment.NewLine));

        var reference = privacy.Split(' ')[0];
        Assert.Equal($"{reference.ToLowerInvariant()} is answered.", await Say(letters, "answer", reference.ToLowerInvariant()));
        Assert.Equal($"Nothing called {reference} waits for an answer.", await Say(letters, "answer", reference));
        Assert.Equal(rights, await Say(letters));
    }

    [Theory]
    [InlineData("add", "love")]
    [InlineData("add", "7")]
    [InlineData("add", "privacy", "soon")]
    [InlineData("burn")]
    public async Task What_it_does_not_understand_changes_nothing(params string[] words)
    {
        await using var database = await shared.NewDatabase();
        Assert.Contains("./run requests add privacy|vulnerability|rights", await Say(new Letters(new Ledger(database), new ManualClock()), words), StringComparison.Ordinal);
        Assert.Equal(0, await database.Scalar<long>("select count(*) from letter"));
    }

    [Fact, Promise("C30")]
    public async Task The_operator_is_told_once_while_there_is_time_left_and_what_is_late_is_a_broken_promise()
    {
        await using var database = await shared.NewDatabase();
        var (clock, mails) = (new ManualClock(), new RecordedMails());
        using var host = shared.Build(database, clock, services => services.Replace(ServiceDescriptor.Singleton<MailTransport>(mails)).Replace(ServiceDescriptor.Singleton(new OperatorSettings(s_operator))));
        await host.StartAsync();
        var checks = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IChecksGrain>(IChecksGrain.Key);
        var letter = await host.Services.GetRequiredService<Letters>().Add(LetterKind.Privacy, null);

        clock.Jump(TimeSpan.FromHours(35));
        await checks.Check();
        Assert.Empty(await host.Services.GetRequiredService<Letters>().Pressing());
        Assert.Equal(0, await database.Scalar<long>("select count(*) from outbox"));
        clock.Jump(TimeSpan.FromHours(2));
        await checks.Check();
        await checks.Check();
        await Backend.Eventually(() => Task.FromResult(mails.To(s_operator).Count > 0), "the operator was told");
        Assert.Contains(letter.Reference, mails.To(s_operator).Single().Text, StringComparison.Ordinal);
        Assert.Equal(1, await database.Scalar<long>("select count(*) from outbox where kind = 'letter-due'"));

        clock.Jump(TimeSpan.FromHours(12));
        Assert.False((await checks.Check()).Values.Single(value => value.Key == "privacy-answer").IsKept);
        await host.StopAsync();
    }

    [Fact]
    public void The_mail_says_which_until_when_and_what_to_do()
    {
        var text = EmailText.Of(new LetterDueEmail("L-7K2Q", LetterKind.Vulnerability, Utc("2026-03-03 09:00"), Utc("2026-03-10 09:00")).Compose());
        Assert.All(["a vulnerability", "Tuesday, 10 March 2026, 09:00 UTC", "./run requests answer L-7K2Q"], words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    private static async Task<string> Say(Letters letters, params string[] words)
    {
        await using var said = new StringWriter();
        await RequestsCommand.Run(words, letters, said);
        return said.ToString().TrimEnd();
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse($"{text}Z", System.Globalization.CultureInfo.InvariantCulture);
}
