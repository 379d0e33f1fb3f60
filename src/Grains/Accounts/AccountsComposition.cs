using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Accounts;

public static class AccountsComposition
{
    private static readonly TimeSpan s_exampleLife = TimeSpan.FromMinutes(15);
    private const string ExampleToken = "c2lnbmVkIGFuZCBkYXRlZA.q3mXo2Zt5hYw7cJr9uEaLdPgTiBnHxKvM8s1VfN0bQk";
    private static readonly DateTimeOffset s_day = new(2026, 3, 3, 14, 2, 0, TimeSpan.Zero);

    private const string ExampleLink = "https://app.example.com/link/8s1VfN0bQkq3mXo2Zt5hYw7cJr9uEaLdPgTiBnHxKvM";

    /// <summary>What the grains of Accounts and Tenants need, and the mails they send.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton<Keys>();
        services.TryAddSingleton<Ledger>();
        services.TryAddSingleton<AttemptWriter>();
        return services
            .AddSingleton<TenantLedger>()
            .AddSingleton<DeletionRows>()
            .AddSingleton<DeletionSteps>()
            .AddSingleton<ArchiveLists>()
            .AddSingleton<ArchiveParts>()
            .AddSingleton(EmailKind.Of("archive", () => new ArchiveEmail("Harbour Lettings", $"https://app.example.com/takeout/{ExampleToken}", s_day.AddDays(7), "Europe/Lisbon", 12_400_000)))
            .AddSingleton(EmailKind.Of("leaving", () => new LeavingEmail(LeavingLetter.Left, "Harbour Lettings", "https://harbour.example.com/", s_day, s_day.AddDays(60), s_day.AddDays(90), "Europe/Lisbon", "https://app.example.com/leave")))
            .AddSingleton(EmailKind.Of("deletion", () => new DeletionEmail("Harbour Lettings", $"https://app.example.com/delete/{ExampleToken}", "60 minutes", "48 hours", "7 days")))
            .AddSingleton(EmailKind.Of("deletion-begun", () => new DeletionBegunEmail("Harbour Lettings", s_day.AddDays(2), s_day.AddDays(7), "Europe/Lisbon", $"https://app.example.com/deletion/{ExampleToken}")))
            .AddSingleton(EmailKind.Of("deletion-done", () => new DeletionDoneEmail($"https://app.example.com/deletion/{ExampleToken}")))
            .AddSingleton(EmailKind.Of("sign-in", () => new SignInEmail(ExampleLink, "482913", "Firefox on Android", s_exampleLife)))
            .AddSingleton(EmailKind.Of("sign-up", () => new SignUpEmail(ExampleLink, "482913", "Harbour Lettings", "https://harbour.example.com/", s_exampleLife)))
            .AddSingleton(EmailKind.Of("already-account", () => new AlreadyAccountEmail(ExampleLink, "482913", "Firefox on Android", s_exampleLife)))
            .AddSingleton(EmailKind.Of("new-device", () => new NewDeviceEmail("Safari on iPhone", new(2026, 3, 3, 14, 2, 0, TimeSpan.Zero), "https://app.example.com/sessions")));
    }
}
