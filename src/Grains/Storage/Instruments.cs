using System.Diagnostics.Metrics;

namespace Backsoon.Storage;

/// <summary>What grains tell whoever measures them, named after OpenTelemetry's conventions. Attributes are words of ours, never of a person's, and no business's.</summary>
public static class Instruments
{
    private static readonly Meter s_meter = new("Backsoon");

    public static readonly Counter<long> MailOutcomes = s_meter.CreateCounter<long>("backsoon.mail.outcomes", "{mail}", "What became of mails that were given to a provider, by backsoon.mail.outcome.");

    public static readonly Gauge<long> OutboxMails = s_meter.CreateGauge<long>("backsoon.outbox.mails", "{mail}", "Mails that wait or are stuck, by backsoon.mail.status.");

    public static readonly Gauge<double> OutboxAge = s_meter.CreateGauge<double>("backsoon.outbox.age", "s", "For how long the mail that waits longest has been due.");

    public static readonly Gauge<double> ChainLateness = s_meter.CreateGauge<double>("backsoon.chain.lateness", "s", "How late the latest step of a request is that should have been taken.");

    public static readonly Gauge<double> PromiseUsed = s_meter.CreateGauge<double>("backsoon.promise.used", "1", "What was measured of what was promised, by backsoon.promise; above 1 it is broken.");

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new($"backsoon.{name}", value);
}
