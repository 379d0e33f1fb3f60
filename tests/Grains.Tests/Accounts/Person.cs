using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Accounts;

/// <summary>Somebody in front of a browser, with an address and a name of their own.</summary>
public sealed class Person
{
    private static int s_count;

    private readonly Backend _backend;

    public Person(Backend backend)
    {
        _backend = backend;
        var number = Interlocked.Increment(ref s_count);
        Email = EmailAddress.Parse($"person{number}@example.com");
        Slug = Slug.Parse($"person{number}");
        Browser = Secret.Hash($"browser {number}");
        Visitor = new("203.0.113.7", "Firefox on Android", Browser);
    }

    public EmailAddress Email { get; init; }

    public Slug Slug { get; init; }

    public string Browser { get; init; }

    public Visitor Visitor { get; init; }

    public string Name { get; init; } = "Ana Duarte";

    public SignUpDetails Details => new(Name, $"Office of {Slug}", Slug, Industry.PropertyManagement, "Europe/Lisbon");

    public async Task<IAddressGrain> Address() => _backend.Grains.GetGrain<IAddressGrain>(await AddressKey());

    public async Task<string> AddressKey() => $"address/{(await _backend.Services.GetRequiredService<Keys>().Current()).For(Email)}";

    public SignInRequest Request() => new(Guid.CreateVersion7(_backend.Clock.GetUtcNow()), Email, Browser, Visitor);

    public async Task<RecordedMail> AskToSignUp() => await Ask(async () => await (await Address()).AskToSignUp(Request(), Details));

    public async Task<RecordedMail> AskToSignIn() => await Ask(async () => await (await Address()).AskToSignIn(Request()));

    /// <summary>Signs up and in, as two clicks would.</summary>
    /// <returns>The key of the session.</returns>
    public async Task<(Redemption.Accepted Accepted, string Session)> SignUp()
    {
        var session = NewSession();
        var outcome = await Link(await AskToSignUp()).Spend(session, Visitor);
        return (Assert.IsType<Redemption.Accepted>(outcome), session);
    }

    public IMagicLinkGrain Link(RecordedMail mail) => _backend.Grains.GetGrain<IMagicLinkGrain>(LinkKey(mail));

    public static string LinkKey(RecordedMail mail) => $"magic-link/{Secret.Hash(mail.Links.First(link => link.Contains("/link/", StringComparison.Ordinal)).Split('/')[^1])}";

    public static string NewSession() => Secret.Hash(Secret.New());

    /// <summary>Waits until it is decided whether to mail this address, and done.</summary>
    public Task Settled() => Backend.Eventually(IsSettled, $"{Email} has nothing pending");

    /// <summary>Nothing is pending, and the reminder that would see to it sleeps for longer.</summary>
    public async Task<bool> IsSettled()
    {
        var key = await AddressKey();
        var pending = await _backend.Database.Scalar<long>("select count(*) from grain_state where grain_type = 'address' and grain_key = $1 and position('\"Mail\"' in convert_from(payload, 'UTF8')) > 0", key);
        var awake = await _backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1 and period_ms = 60000", $"address/{key}");
        return pending + awake == 0;
    }

    /// <summary>How many mails this address ever got, once none is on its way.</summary>
    public async Task<int> MailsHad()
    {
        await Settled();
        await Backend.Eventually(async () => await _backend.Database.Scalar<long>("select count(*) from outbox where status in (0, 1)") == 0, "every mail was sent");
        return _backend.Mails.To(Email).Count;
    }

    private async Task<RecordedMail> Ask(Func<Task<Asked>> ask)
    {
        var before = Invitations().Count;
        Assert.IsType<Asked.Accepted>(await ask());
        return await Backend.Eventually(() => Task.FromResult(Invitations().ElementAtOrDefault(before)), $"a link came to {Email}");
    }

    private List<RecordedMail> Invitations() => [.. _backend.Mails.To(Email).Where(mail => mail.Text.Contains("/link/", StringComparison.Ordinal))];
}
