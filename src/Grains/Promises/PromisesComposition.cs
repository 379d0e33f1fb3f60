using Backsoon.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Promises;

public static class PromisesComposition
{
    public static IServiceCollection AddPromises(this IServiceCollection services)
    {
        services.TryAddSingleton<Policies>();
        services.TryAddSingleton(new LogFolder(null));
        foreach (var measurement in Measurements.All)
            services.AddSingleton(measurement);
        services.TryAddSingleton<Letters>();
        services.TryAddSingleton<Breaches>();
        services.TryAddSingleton(s => CanarySetting.Read(s.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton<CanaryPlanting>();
        services.TryAddSingleton<CanarySearch>();
        return services
            .AddDataRequests()
            .AddSingleton(s => new Measurement("logs", (_, now) => Task.FromResult(now - s.GetRequiredService<LogFolder>().Oldest)))
            .AddSingleton(new Measurement("change-notice", ChangeNotice.Shortest))
            .AddSingleton(new ThirdPartySource(configuration => configuration["PROXY_NAME"] is { Length: > 0 } name ? ThirdParties.Proxy(name.Trim()) : null))
            .AddSingleton(new ThirdPartySource(configuration => configuration["ANALYTICS_ID"] is { Length: > 0 } ? ThirdParties.Analytics() : null))
            .AddSingleton(s => PolicySetting.Read(s.GetRequiredService<IConfiguration>()))
            .AddSingleton(s => OperatorSettings.Read(s.GetRequiredService<IConfiguration>()))
            .AddSingleton(EmailKind.Of("policy-change", () => new PolicyChangeEmail([.. PolicyTerms.Changes(new Policy(), PolicyProfiles.All[^1])], new(2026, 3, 3, 9, 0, 0, TimeSpan.Zero), "https://example.com/privacy")))
            .AddSingleton(EmailKind.Of("letter-due", () => new LetterDueEmail("L-7K2Q", LetterKind.Privacy, new(2026, 3, 3, 9, 0, 0, TimeSpan.Zero), new(2026, 3, 5, 9, 0, 0, TimeSpan.Zero))))
            .AddSingleton(EmailKind.Of("seal", () => new SealEmail(
                7412, new(2026, 3, 1, 4, 0, 2, TimeSpan.Zero), "9f2c41d07be85a6630c1f4d28ee7a95bb0137c64fd52e8196a3d40cb7f15e28a",
                "MEUCIQDk0o3ZVqkS6p8mY2yTtGx4nQvJrW1bE7hXcFz5LdAaPgIgQm9R3sUu0wBvKfT2eYhN6iOjCxMlD8Vq1p4ZtGkHs7A=", "https://example.com/promises#log", "https://app.example.com/seal/example")))
            .AddSingleton(EmailKind.Of("breach", () => new BreachEmail("Requests of your callers were seen by somebody else", ["On 3 March, between 09:10 and 09:40 UTC, a fault of ours showed requests of some businesses to others.", "Concerned are names, telephone numbers and what was written in requests of that day.", "Questions: privacy@example.com."])))
            .AddSingleton(EmailKind.Of("breach-due", () => new BreachDueEmail("breach-2026-03", new(2026, 3, 3, 9, 40, 0, TimeSpan.Zero), new(2026, 3, 6, 9, 40, 0, TimeSpan.Zero))))
            .AddSingleton(EmailKind.Of("promise-broken", () => new PromiseBrokenEmail(
                "IP addresses are forgotten", Catalogue.Of("sources").Wording(new Policy()), "the oldest one kept: 31.2 of 30 days", "https://example.com/promises")));
    }

    private static IServiceCollection AddDataRequests(this IServiceCollection services)
    {
        var at = new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.Zero);
        const string contact = "Ana Reis, ana@example.com";
        return services
            .AddSingleton<DataRequestRows>()
            .AddSingleton<PersonalRows>()
            .AddSingleton<PersonalCopy>()
            .AddSingleton<PersonRemoval>()
            .AddSingleton<PersonReplay>()
            .AddSingleton<DataMails>()
            .AddSingleton(EmailKind.Of("data-link", () => new DataLinkEmail("Harbour Lettings", contact, "https://harbour.example.com/your-data/example", "24 hours")) with { IsTyped = true })
            .AddSingleton(EmailKind.Of("data-asked", () => new DataAskedEmail("Harbour Lettings", "D-4KQ-27X", DataWish.Removal, at.AddDays(30), "Europe/Lisbon", "https://harbour.example.com/your-data")))
            .AddSingleton(EmailKind.Of("data-answered", () => new DataAnsweredEmail("Harbour Lettings", contact, "D-4KQ-27X", DataOutcome.Sent, null, "https://harbour.example.com/your-copy/example", at.AddDays(7), "Europe/Lisbon")))
            .AddSingleton(EmailKind.Of("data-request", () => new DataRequestEmail("Harbour Lettings", "D-4KQ-27X", DataWish.Removal, at.AddDays(30), IsReminder: false, "Europe/Lisbon", "https://app.example.com/data-requests/example")));
    }
}
