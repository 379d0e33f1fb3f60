using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Accounts;

/// <summary>A clock that somebody sets, back as well; its timers never ring by themselves unless asked to.</summary>
internal sealed class Skewed(ManualClock clock, bool rings) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Skew;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        rings ? clock.CreateTimer(callback, state, dueTime, period) : new Asleep();

    /// <summary>A back end of its own on such a clock, not started yet.</summary>
    public static IHost Host(Backend backend, NpgsqlDataSource database, out Skewed clock, bool rings = true)
    {
        var manual = new ManualClock();
        var skewed = clock = new Skewed(manual, rings);
        return backend.Build(database, manual, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(skewed)));
    }

    public static IGrainFactory Grains(IHost host) => host.Services.GetRequiredService<IGrainFactory>();
}
