using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Backsoon.Faults;

namespace Backsoon;

/// <summary>The product whose mails go to a Resend on this machine, which can report what became of them.</summary>
public sealed class ResendProduct : Product
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly ResendStandIn _resend = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _resend.DisposeAsync();
    }

    /// <summary>The newest mail to an address that says this.</summary>
    public async Task<SentMail> Mail(string address, string saying = "")
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_patience; await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System))
        {
            if (_resend.Delivered.LastOrDefault(mail => mail.To.Contains(address, StringComparison.Ordinal) && mail.Text.Contains(saying, StringComparison.Ordinal)) is { } mail)
                return mail;
        }

        throw new InvalidOperationException($"No mail to {address} came.");
    }

    public override async Task<string> LinkMailedTo(string address, string path) => Regex.Match((await Mail(address, path)).Text, $@"http://\S*{Regex.Escape(path)}\S+").Value;

    /// <summary>Reports it as Resend does, signed.</summary>
    public async Task Report(string type, SentMail mail)
    {
        var (id, at) = ($"msg_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}", TimeProvider.System.GetUtcNow());
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type,
            created_at = at,
            data = new
            {
                email_id = $"re-{mail.Tag}", to = new[] { mail.To }, subject = mail.Subject, tags = new { mail = mail.Tag },
                bounce = type == "email.bounced" ? new { type = "Permanent", subType = "General", message = "The mailbox does not exist." } : null,
            },
        });
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. body];
        using var resend = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{Port}/webhooks/resend")) { Content = new ByteArrayContent(body) };
        request.Headers.Host = $"localhost:{Port}";
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("svix-id", id);
        request.Headers.Add("svix-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("svix-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), signed)));
        Assert.True((await resend.SendAsync(request)).IsSuccessStatusCode);
    }

    protected override async Task Arrange(IDictionary<string, string?> environment)
    {
        await _resend.Start();
        (environment["RESEND_API_KEY"], environment["RESEND_URL"], environment["RESEND_WEBHOOK_SECRET"]) = ("re_test", _resend.Address, $"whsec_{Key}");
        environment["MAIL_FROM"] = "Backsoon <desk@backsoon.example>";
    }
}
