using System.Buffers;
using System.Text.Json;
using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Mail;

/// <summary>Where every mail starts: a row that commits with its cause.</summary>
public sealed class Outbox(NpgsqlDataSource database, RootKey rootKey, EmailKinds kinds, MailTransport transport, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>The columns an insert fills, in the order of <see cref="AddTo"/>'s arrays.</summary>
    public const string Columns = "id, tenant_id, account_id, dispatch_id, vendor_id, kind, recipient, priority, created_at, due_at, body, useless_after";

    public const string Unnest = "unnest(@mail_id, @mail_tenant, @mail_account, @mail_dispatch, @mail_vendor, @mail_kind, @mail_recipient, @mail_priority, @mail_at, @mail_at, @mail_body, @mail_until)";

    /// <summary>What a mail is set to that somebody has sent again: as if it had just been posted, and due when they say.</summary>
    public const string Anew = "status = 0, batch = null, handover_at = null, leased_until = null, attempts = 0, last_error = null, reported = null, reported_at = null, untold = false";

    /// <summary>Posts mails whose cause is committed already. Repeating it does nothing.</summary>
    public async Task Post(params IReadOnlyList<OutgoingMail> mails)
    {
        try
        {
            await using var command = database.CreateCommand($"insert into outbox ({Columns}) select * from {Unnest} on conflict do nothing");
            AddTo(command.Parameters, mails);
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException failure)
        {
            throw new OrleansException($"Mails could not be posted: {failure.Message}");
        }

        Poke();
    }

    /// <summary>Adds the parameters that <see cref="Unnest"/> reads, for a statement that posts mails together with their cause.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, IReadOnlyList<OutgoingMail> mails)
    {
        var now = clock.GetUtcNow();
        parameters.Add(new("mail_id", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = Each(mails, m => m.Id) });
        parameters.Add(new("mail_tenant", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Each(mails, m => m.Tenant?.Value) });
        parameters.Add(new("mail_account", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Each(mails, m => m.Account?.Value) });
        parameters.Add(new("mail_dispatch", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = Each(mails, m => m.Dispatch) });
        parameters.Add(new("mail_vendor", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = Each(mails, m => m.Vendor) });
        parameters.Add(new("mail_kind", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Each(mails, m => kinds.NameOf(m.Email)) });
        parameters.Add(new("mail_recipient", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Each(mails, m => m.Recipient) });
        parameters.Add(new("mail_priority", NpgsqlDbType.Array | NpgsqlDbType.Smallint) { Value = Each(mails, m => (short)m.Priority) });
        parameters.Add(new("mail_at", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = Each(mails, _ => now) });
        parameters.Add(new("mail_body", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = Bodies(mails) });
        parameters.Add(new("mail_until", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = Each(mails, m => m.UselessAfter) });
    }

    /// <summary>Tells the pump that something is due; to be called after the commit.</summary>
    public void Poke() => _ = grains.GetGrain<IMailGrain>(transport.GrainKey).Poke();

    // What MailBody reads, without making a document of each mail on the way.
    private byte[][] Bodies(IReadOnlyList<OutgoingMail> mails)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = EmailKinds.Json.Encoder });
        return Each(mails, mail =>
        {
            buffer.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            json.WritePropertyName(nameof(MailBody.To));
            JsonSerializer.Serialize(json, mail.To, EmailKinds.Json);
            json.WritePropertyName(nameof(MailBody.Email));
            JsonSerializer.Serialize(json, mail.Email, mail.Email.GetType(), EmailKinds.Json);
            if (mail.Test is not null)
                json.WriteString(nameof(MailBody.Test), mail.Test);
            json.WriteEndObject();
            json.Flush();
            return rootKey.Wrap(buffer.WrittenSpan, $"outbox/{mail.Id:n}");
        });
    }

    private static T[] Each<T>(IReadOnlyList<OutgoingMail> mails, Func<OutgoingMail, T> value)
    {
        var values = new T[mails.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(mails[i]);
        return values;
    }
}

/// <summary>What <c>outbox.body</c> holds, wrapped.</summary>
public sealed record MailBody(EmailAddress To, JsonElement Email, string? Test = null);
