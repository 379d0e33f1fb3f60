using System.Text;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Mail;

/// <summary>Takes mails away that speak of somebody who is being removed. Whose a mail is stands in its words only, and those are wrapped.</summary>
public sealed class OutboxErasure(Ledger ledger, RootKey rootKey)
{
    /// <summary>Mails of a business, but for those of a request, in which one of these words stands.</summary>
    public async Task Forget(TenantId tenant, IReadOnlyCollection<string> words)
    {
        var waiting = await ledger.Read("select id, body from outbox where tenant_id = $1 and dispatch_id is null and body is not null", row => (Id: row.GetGuid(0), Body: row.GetFieldValue<byte[]>(1)), tenant.Value);
        var theirs = waiting.Where(mail => Speaks(Encoding.UTF8.GetString(rootKey.Unwrap(mail.Body, $"outbox/{mail.Id:n}")))).Select(mail => mail.Id).ToArray();
        await ledger.Execute("delete from outbox where id = any ($1)", (object)theirs);
        await ledger.Execute(
            "delete from development_mail where tenant_id = $1 and exists (select from unnest($2) word where position(lower(word) in lower(content::text)) > 0)", tenant.Value, words.ToArray());

        bool Speaks(string mail) => words.Any(word => mail.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
