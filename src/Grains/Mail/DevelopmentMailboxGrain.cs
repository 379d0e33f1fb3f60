using System.Collections.Immutable;
using System.Text.Json;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon.Mail;

[GrainType("development-mailbox"), StatelessWorker]
public sealed class DevelopmentMailboxGrain(NpgsqlDataSource database, EmailKinds kinds, MailTransport transport, TimeProvider clock) : Grain, IDevelopmentMailboxGrain
{
    private const int MostListed = 200;
    private static readonly EmailAddress s_reader = EmailAddress.Parse("reader@example.com");

    public Task<bool> IsInUse() => Task.FromResult(transport is DevelopmentTransport);

    public async Task<ImmutableArray<MailboxEntry>> List(Guid? before, int take)
    {
        await using var command = database.CreateCommand(
            """
            select content, at from development_mail where @before::uuid is null or (at, id) < (select at, id from development_mail where id = @before)
            order by at desc, id desc limit @take
            """);
        command.Parameters.Add(new("before", NpgsqlTypes.NpgsqlDbType.Uuid) { Value = (object?)before ?? DBNull.Value });
        command.Parameters.Add(new("take", Math.Clamp(take, 1, MostListed)));
        return [.. (await Read(command)).Select(mail => new MailboxEntry(mail.Id, mail.Kind, mail.To, mail.Subject, mail.At))];
    }

    public async Task<MailboxMail?> Open(Guid mail)
    {
        await using var command = database.CreateCommand("select content, at from development_mail where id = $1");
        command.Parameters.Add(new() { Value = mail });
        return (await Read(command)).SingleOrDefault();
    }

    public Task<ImmutableArray<MailboxMail>> Previews()
    {
        var now = clock.GetUtcNow();
        return Task.FromResult<ImmutableArray<MailboxMail>>(
            [.. kinds.All.OrderBy(kind => kind.Name, StringComparer.Ordinal).SelectMany(Examples).Select(example => Entry(EmailRenderer.Render(Guid.Empty, example.Name, example.Content, s_reader, transport.From), now))]);
    }

    private static IEnumerable<(string Name, EmailContent Content)> Examples(EmailKind kind)
    {
        var content = kind.Example().Compose();
        yield return (kind.Name, content);
        if (kind.TestExample is { } says)
            yield return ($"{kind.Name}-of-a-test", content.OfTest(says));
    }

    private static Task<List<MailboxMail>> Read(NpgsqlCommand command) => Ledger.Ask(async () =>
    {
        await using var row = await command.ExecuteReaderAsync();
        var mails = new List<MailboxMail>();
        while (await row.ReadAsync())
        {
            var mail = JsonSerializer.Deserialize<RenderedMail>(row.GetString(0), EmailKinds.Json) ?? throw new JsonException("A development mail is empty.");
            mails.Add(Entry(mail, row.GetFieldValue<DateTimeOffset>(1)));
        }

        return mails;
    });

    private static MailboxMail Entry(RenderedMail mail, DateTimeOffset at) =>
        new(mail.Id, mail.Kind, $"{mail.From.Name} <{mail.From.Address}>", mail.To.Value, mail.ReplyTo?.Value, mail.Subject.Value, at, mail.Html, mail.Text, MimeMessage.Automatic,
            mail.Calendar is { } calendar ? new MailboxCalendar(CalendarPart.FileName, calendar.Method, calendar.Text) : null);
}
