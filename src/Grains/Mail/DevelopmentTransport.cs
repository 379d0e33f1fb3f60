using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Mail;

/// <summary>Delivers to a table instead of the world, so that a first run needs no account anywhere. Never used in production.</summary>
public sealed class DevelopmentTransport(NpgsqlDataSource database, MailSettings settings, TimeProvider clock) : MailTransport
{
    private const int Kept = 20_000;

    public override string Name => "development";

    public override Sender From => settings.From;

    public override int BatchSize => 50;

    // A mailbox on the same machine could take any number; what people at their desks do comes first.
    public override TimeSpan Pace => TimeSpan.FromMilliseconds(200);

    // A mail is a row by its id: delivered twice, it is there once.
    public override TimeSpan KeyLife => TimeSpan.FromDays(365);

    public override TimeSpan Lease => TimeSpan.FromSeconds(15);

    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                insert into development_mail (id, tenant_id, account_id, kind, at, content)
                select o.id, o.tenant_id, o.account_id, o.kind, @now, mail.content from unnest(@ids, @contents) as mail (id, content) join outbox o using (id)
                on conflict do nothing;
                delete from development_mail where id in (select id from development_mail order by at desc, id desc offset @kept limit 200)
                """);
            command.Parameters.Add(new("now", clock.GetUtcNow()));
            command.Parameters.Add(new("kept", Kept));
            command.Parameters.Add(new("ids", mails.Select(m => m.Id).ToArray()));
            command.Parameters.Add(new("contents", NpgsqlDbType.Array | NpgsqlDbType.Jsonb) { Value = mails.Select(m => JsonSerializer.Serialize(m, EmailKinds.Json)).ToArray() });
            await command.ExecuteNonQueryAsync(cancellation);
            return [.. mails.Select(mail => new Handover.Sent(null))];
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            return [.. mails.Select(_ => new Handover.Unknown($"The development mailbox does not answer: {failure.Message}"))];
        }
    }
}
