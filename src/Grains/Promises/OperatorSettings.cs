using Backsoon.Accounts;
using Backsoon.Mail;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Promises;

/// <summary>Who runs this installation, and is told when something is wrong with it: <c>OPERATOR_EMAIL</c>. Null for whoever only reads the log.</summary>
public sealed record OperatorSettings(EmailAddress? Email)
{
    // Not a business's mail: like one to a person, it is forgotten after a month.
    private static readonly AccountId s_account = new("account_operator");

    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        configuration["OPERATOR_EMAIL"] is { Length: > 0 } text && !EmailAddress.TryParse(text, out _) ? ["OPERATOR_EMAIL is not an address: write ops@example.com."] : [];

    public static OperatorSettings Read(IConfiguration configuration) =>
        Problems(configuration).FirstOrDefault() is { } problem ? throw new InvalidOperationException(problem)
        : new(EmailAddress.TryParse(configuration["OPERATOR_EMAIL"] ?? "", out var email) ? email : null);

    /// <summary>A mail that is told once per id, if there is somebody to tell.</summary>
    public Task Tell(Outbox outbox, Guid id, Email mail) =>
        Email is { } address ? outbox.Post(new OutgoingMail(id, MailPriority.Urgent, address, "Operator", mail) { Account = s_account }) : Task.CompletedTask;
}
