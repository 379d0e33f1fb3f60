using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Promises;

[GrainType("canary")]
public sealed class CanaryGrain(
    [PersistentState("canary")] IPersistentState<CanaryState> stored, CanarySetting setting, CanaryPlanting planting, CanarySearch search, Ledger ledger, RootKey rootKey, TimeProvider clock, ILogger<CanaryGrain> log)
    : StoredGrain<CanaryState>(stored), ICanaryGrain, IRemindable
{
    private const string Hourly = "hourly";
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(90);

    public async Task Start()
    {
        if (setting.IsOn || Exists)
            await this.RemindUnlessSet(Hourly, s_hour, s_hour);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Tend();

    // One is planted for now and none for days that have gone by.
    public async Task Tend()
    {
        var now = clock.GetUtcNow();
        State.Canaries.RemoveAll(canary => canary.GoneAt < now - s_memory);
        if (setting.IsOn && !State.Canaries.Exists(canary => now - canary.PlantedAt < s_day))
        {
            // Kept before anything of it is made: whatever happens then, it is deleted and looked for.
            State.Canaries.Add(new Canary { PlantedAt = now, Mark = await search.Mark(), Person = CanaryPerson.New(now).Wrap(rootKey) });
            await Write();
        }

        foreach (var canary in State.Canaries.FindAll(canary => canary.GoneAt is null))
            await Follow(canary, now);
        if (!setting.IsOn && State.Canaries.TrueForAll(canary => canary.GoneAt is not null))
            await this.Unremind(Hourly);
    }

    private async Task Follow(Canary canary, DateTimeOffset now)
    {
        var person = CanaryPerson.Unwrap(rootKey, canary.Person!);
        if (canary.DeletedAt is null && now - canary.PlantedAt < s_day)
        {
            if (!canary.IsPlanted)
                await Plant(canary, person);
        }
        else if (canary.DeletedAt is null)
        {
            // Its time runs from before the deletion knows of it, and what is asked twice is done once.
            canary.DeletedAt = now;
            await Write();
            await GrainFactory.For(person.Tenant).Deletion().Begin();
        }
        else if ((await ledger.Read("select exists (select from tenant where id = $1)", row => row.GetBoolean(0), person.Tenant.Value)).Single() || await GrainFactory.For(person.Tenant).Deletion().Current() is not null)
        {
            await GrainFactory.For(person.Tenant).Deletion().Begin();
        }
        else
        {
            await Look(canary, person, now);
        }
    }

    private async Task Plant(Canary canary, CanaryPerson person)
    {
        try
        {
            await planting.Plant(person);
            canary.IsPlanted = true;
            await Write();
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException or InvalidOperationException)
        {
            log.LogError("The canary of today is not planted, and it is tried again in an hour: {Reason}", failure.Message);
        }
    }

    private async Task Look(Canary canary, CanaryPerson person, DateTimeOffset now)
    {
        var left = await search.Find(person.Traces, canary.Mark!);
        if (left.IsEmpty)
            (canary.GoneAt, canary.Person) = (now, null);
        else if (now - canary.DeletedAt >= s_day && !(now - canary.AlarmedAt < s_day))
        {
            log.LogCritical("A canary that was deleted at {At:u} is still found in {Columns}", canary.DeletedAt, string.Join(", ", left));
            canary.AlarmedAt = now;
        }

        canary.Left = [.. left];
        await Write();
    }
}

[GenerateSerializer, Alias("promises.canary.state")]
public sealed class CanaryState
{
    [Id(0)]
    public List<Canary> Canaries { get; set; } = [];
}

[GenerateSerializer, Alias("promises.canary.one")]
public sealed class Canary
{
    [Id(0)]
    public DateTimeOffset PlantedAt { get; set; }

    /// <summary>Who it is, wrapped by the root key; null once it is gone.</summary>
    [Id(1)]
    public byte[]? Person { get; set; }

    /// <summary>From when on anything of it can have been written.</summary>
    [Id(2)]
    public CanaryMark? Mark { get; set; }

    [Id(3)]
    public bool IsPlanted { get; set; }

    /// <summary>When it was asked to be deleted.</summary>
    [Id(4)]
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>When nothing of it was found.</summary>
    [Id(5)]
    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>Where something was found when it was looked for last.</summary>
    [Id(6)]
    public List<string> Left { get; set; } = [];

    [Id(7)]
    public DateTimeOffset? AlarmedAt { get; set; }
}
