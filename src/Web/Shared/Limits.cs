using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>Takes from the limits by name; the numbers are all here (R28). Set <c>BACKSOON_LIMITS</c> to a factor to widen them all, for a benchmark.</summary>
public sealed class Limits(IGrainFactory grains, Keys keys, IConfiguration configuration)
{
    public static readonly LimitRule SignInPerIp = new("sign-in-ip", 30, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule SignUpPerIp = new("sign-up-ip", 10, TimeSpan.FromHours(1), Remembered: true);
    /// <summary>Everybody's together: each sends a mail to somebody who may not have asked for it.</summary>
    public static readonly LimitRule SignUps = new("sign-up-all", 1_000, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule NamePerIp = new("name-ip", 300, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule CodePerIp = new("code-ip", 60, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule DispatchPerIp = new("dispatch-ip", 20, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule DispatchPerTenant = new("dispatch-tenant", 2_000, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule RepeatPerIp = new("dispatch-repeat-ip", 100, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule SearchPerIp = new("search-ip", 600, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule PostPerSession = new("post-session", 600, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule MessagePerIp = new("message-ip", 60, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule PhotoPerIp = new("photo-ip", 60, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule FeedPerIp = new("feed-ip", 1_200, TimeSpan.FromHours(1), Remembered: false);
    /// <summary>Calendar programs ask every few minutes at most; a host's link is asked for by several.</summary>
    public static readonly LimitRule FeedPerLink = new("feed-link", 60, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule AnswerPerVendor = new("vendor-answer", 120, TimeSpan.FromHours(1), Remembered: true);

    /// <summary>Reckoning free times costs more than showing a page.</summary>
    public static readonly LimitRule TimesPerIp = new("times-ip", 600, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule HoldPerIp = new("hold-ip", 60, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule BookPerIp = new("book-ip", 20, TimeSpan.FromHours(1), Remembered: true);
    /// <summary>Each sends a mail to an address that a stranger typed.</summary>
    public static readonly LimitRule BookPerAddress = new("book-address", 10, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule BookPerTenant = new("book-tenant", 2_000, TimeSpan.FromHours(1), Remembered: false);
    public static readonly LimitRule ChangePerIp = new("appointment-ip", 60, TimeSpan.FromHours(1), Remembered: true);

    public static readonly LimitRule DeletionMailPerTenant = new("deletion-mail", 5, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule TakeoutPerIp = new("takeout-ip", 60, TimeSpan.FromHours(1), Remembered: false);

    /// <summary>Each sends a mail to an address that a stranger typed.</summary>
    public static readonly LimitRule DataLinkPerIp = new("data-link-ip", 10, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule DataLinkPerAddress = new("data-link-address", 3, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule DataAskPerIp = new("data-ask-ip", 20, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule ConsolePerIp = new("console-ip", 20, TimeSpan.FromHours(1), Remembered: true);
    /// <summary>Each sends a mail to an operator who may not have asked for it.</summary>
    public static readonly LimitRule ConsolePerAddress = new("console-address", 5, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule ImportPerTenant = new("import-tenant", 60, TimeSpan.FromHours(1), Remembered: false);

    private readonly int _factor = configuration.GetValue("BACKSOON_LIMITS", 1);

    /// <summary>Null when allowed, else how long to wait.</summary>
    /// <param name="source">What is counted: an IP's limit key.</param>
    public async Task<TimeSpan?> Take(LimitRule rule, string source) => await TakeOf((await keys.Current()).Of(rule.Name, source), rule);

    /// <summary>The same by business, which is no person and so is named: the ledger knows it by that name.</summary>
    public Task<TimeSpan?> Take(LimitRule rule, TenantId tenant) => TakeOf(tenant.Value, rule);

    private Task<TimeSpan?> TakeOf(string source, LimitRule rule)
    {
        var widened = _factor == 1 ? rule : rule with { Allowed = rule.Allowed * _factor };
        return grains.GetGrain<ILimitsGrain>($"limits/{rule.Name}-{source}").Take(widened);
    }
}
