using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Promises;

[GrainType("checks")]
public sealed class ChecksGrain(
    [PersistentState("checks")] IPersistentState<ChecksState> stored, IEnumerable<Measurement> measurements, Ledger ledger, Policies policies, Letters letters, Breaches breaches, OperatorSettings theOperator, Outbox outbox, Site site, TimeProvider clock, ILogger<ChecksGrain> log)
    : StoredGrain<ChecksState>(stored), IChecksGrain, IRemindable
{
    private const string Hourly = "hourly";
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly ImmutableDictionary<string, Measurement> _measurements = measurements.ToImmutableDictionary(measurement => measurement.Key);

    private Task<PromiseStanding>? _checking;

    public Task Start() => this.RemindUnlessSet(Hourly, TimeSpan.FromMinutes(1), s_hour);

    public async Task<PromiseStanding> Read() => State.Last ?? await Check();

    // Whoever asks while one is under way gets that one.
    public Task<PromiseStanding> Check() => _checking is { IsCompleted: false } ? _checking : _checking = CheckNow();

    public Task ReceiveReminder(string reminderName, TickStatus status) => Check();

    private async Task<PromiseStanding> CheckNow()
    {
        // Whatever is due to be forgotten is forgotten first: after a stop of a week it was nobody's to see in between.
        while (!await GrainFactory.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep())
        {
        }

        await Remind();
        var (policy, now) = (await policies.Current(), clock.GetUtcNow());
        await RemindOfBreaches(policy);
        var values = ImmutableArray.CreateBuilder<PromiseValue>();
        var taken = await Take(now);
        foreach (var (promise, measured) in Catalogue.All.Zip(taken))
        {
            var bound = promise.Bound(policy);
            var isKept = promise.IsKept(measured, bound);
            Instruments.PromiseUsed.Record(measured is { } used && bound > TimeSpan.Zero ? used / bound : 0, Instruments.Tag("promise", promise.Key));
            values.Add(new PromiseValue(promise.Key, measured, bound, isKept, isKept ? State.LastBreach.TryGetValue(promise.Key, out var last) ? last : null : now));
        }

        var head = await GrainFactory.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key).Append(Entry(policy, values));
        await Alarm(policy, values, now);
        foreach (var broken in values.Where(value => !value.IsKept))
            State.LastBreach[broken.Key] = now;
        State.Last = new PromiseStanding(now, policy, values.ToImmutable(), head);
        await Write();
        return State.Last;
    }

    // A few at a time: one after the other they only wait for the database, and all at once they keep others from it.
    private async Task<List<TimeSpan?>> Take(DateTimeOffset now)
    {
        var taken = new List<TimeSpan?>();
        foreach (var few in Catalogue.All.Chunk(4))
            taken.AddRange(await Task.WhenAll(few.Select(promise => _measurements[promise.Key].Take(ledger, now))));
        return taken;
    }

    // Told first and noted then: a mail of the same id is one mail.
    private async Task Remind()
    {
        foreach (var letter in await letters.Pressing())
        {
            log.LogError("Letter {Reference} is not answered, and is due at {DueAt:u}", letter.Reference, letter.DueAt);
            await theOperator.Tell(outbox, OutgoingMail.IdOf(letter.Reference), new LetterDueEmail(letter.Reference, letter.Kind, letter.ReceivedAt, letter.DueAt));
            await letters.Alarmed(letter);
        }
    }

    private async Task RemindOfBreaches(Policy policy)
    {
        foreach (var breach in await breaches.Pressing(policy.BreachNotice))
        {
            var due = breach.DiscoveredAt + policy.BreachNotice;
            log.LogCritical("Not everybody was told of breach {Breach}, and that is due at {DueAt:u}", breach.Id, due);
            await theOperator.Tell(outbox, OutgoingMail.IdOf($"breach-due/{breach.Id}"), new BreachDueEmail(breach.Id, breach.DiscoveredAt, due));
            await breaches.Alarmed(breach);
        }
    }

    private async Task Alarm(Policy policy, IEnumerable<PromiseValue> values, DateTimeOffset now)
    {
        foreach (var value in values)
        {
            if (value.IsKept)
            {
                State.Alarmed.Remove(value.Key);
                continue;
            }

            log.LogCritical("The promise {Promise} is broken: measured {Measured:0.#} hours, promised {Promised:0.#} hours. See /promises", value.Key, value.Measured?.TotalHours, value.Bound.TotalHours);
            if (!State.Alarmed.TryGetValue(value.Key, out var mail))
            {
                // Kept before it is posted, so that a crash in between does not tell twice.
                State.Alarmed[value.Key] = mail = Guid.CreateVersion7(now);
                await Write();
            }

            var promise = Catalogue.Of(value.Key);
            await theOperator.Tell(outbox, mail, new PromiseBrokenEmail(promise.Title, promise.Wording(policy), $"{promise.Measured}: {Period.Of(value.Measured ?? TimeSpan.Zero, value.Bound)}", site.Home("/promises")));
        }
    }

    // Whole seconds, in the catalogue's order: whoever has the log reads it years later.
    private static string Entry(Policy policy, IEnumerable<PromiseValue> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("policy", policy.Name);
            json.WriteStartArray("promises");
            foreach (var value in values)
            {
                json.WriteStartObject();
                json.WriteString("promise", value.Key);
                if (value.Measured is { } measured)
                    json.WriteNumber("measured", (long)measured.TotalSeconds);
                else
                    json.WriteNull("measured");
                json.WriteNumber("promised", (long)value.Bound.TotalSeconds);
                json.WriteBoolean("kept", value.IsKept);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

[GenerateSerializer, Alias("promises.checks.state")]
public sealed class ChecksState
{
    [Id(0)]
    public PromiseStanding? Last { get; set; }

    [Id(1)]
    public Dictionary<string, DateTimeOffset> LastBreach { get; set; } = [];

    /// <summary>Promises that are broken, each with the mail that told of it.</summary>
    [Id(2)]
    public Dictionary<string, Guid> Alarmed { get; set; } = [];
}
