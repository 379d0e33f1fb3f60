using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Backsoon.Mail;

namespace Backsoon;

/// <summary>Takes every mail and keeps it for tests to read.</summary>
public sealed class RecordedMails : MailTransport
{
    private readonly ConcurrentDictionary<Guid, bool> _taken = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RecordedMail>> _boxes = new();

    /// <summary>Takes nothing, as a provider that is away.</summary>
    public bool IsDown { get; set; }

    /// <summary>How many go in one call.</summary>
    public int Batch { get; set; } = 50;

    /// <summary>A provider that takes its time: it has the mails, and answers when this is over.</summary>
    public Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>How long between two calls.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.Zero;

    public int Count => _taken.Count;

    public override string Name => "recorded";

    public override Sender From { get; } = new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));

    public override int BatchSize => Batch;

    public override TimeSpan Pace => Every;

    public override TimeSpan KeyLife => TimeSpan.FromDays(1);

    public override TimeSpan Lease => TimeSpan.FromSeconds(15);

    public override async Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation)
    {
        if (IsDown)
            return [.. mails.Select(_ => new Handover.TryLater("away", null, Everyone: true))];
        foreach (var mail in mails)
        {
            if (_taken.TryAdd(mail.Id, true))
                _boxes.GetOrAdd(mail.To.Canonical, _ => new()).Enqueue(new(mail));
        }

        await Answer;
        return [.. mails.Select(mail => new Handover.Sent(null))];
    }

    /// <summary>What was sent to this address so far, oldest first.</summary>
    public IReadOnlyList<RecordedMail> To(EmailAddress address) => _boxes.TryGetValue(address.Canonical, out var box) ? [.. box] : [];

    /// <summary>Waits until so many mails (of this kind) have come to the address, and returns the last of them.</summary>
    public Task<RecordedMail> Next(EmailAddress address, string? kind = null, int number = 1) => Backend.Eventually(
        () => Task.FromResult(To(address).Where(mail => kind is null || mail.Kind == kind).Skip(number - 1).FirstOrDefault()),
        $"mail {number} {kind} came to {address}");
}

/// <summary>A mail as its reader has it.</summary>
public sealed partial record RecordedMail(RenderedMail Mail)
{
    public string Kind => Mail.Kind;

    public string Subject => Mail.Subject.Value;

    public string Text => Mail.Text;

    /// <summary>Every address of the web in it, in order.</summary>
    public IReadOnlyList<string> Links => [.. Link().Matches(Mail.Text).Select(match => match.Value)];

    /// <summary>The six digits to type, without the space between them.</summary>
    public string Code => SixDigits().Match(Mail.Text).Value.Replace(" ", "", StringComparison.Ordinal);

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b\d{3} ?\d{3}\b")]
    private static partial Regex SixDigits();
}
