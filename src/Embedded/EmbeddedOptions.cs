using System.Reflection;
using System.Text.Json;

namespace Backsoon.Embedded;

public sealed class EmbeddedOptions
{
    /// <summary>Whose rows these are in the tables of state and reminders; never changed once there is data.</summary>
    public string ServiceId { get; set; } = "backsoon";

    /// <summary>Where the grain classes are.</summary>
    public IList<Assembly> GrainAssemblies { get; } = [];

    /// <summary>How state is written. Orleans is given the same, so that one host reads what the other wrote.</summary>
    public JsonSerializerOptions StateFormat { get; set; } = JsonSerializerOptions.Default;

    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan IdleAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a start waits for a process that is just ending to let go of the database.</summary>
    public TimeSpan LockPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>False for a process that asks a grain or two and ends: what is due waits for one that serves.</summary>
    public bool DeliversReminders { get; set; } = true;

    /// <summary>How long a lost database is waited for before the application is stopped.</summary>
    public TimeSpan RetakePatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The clock of the host's own loops: timeouts and the collection of idle grains. Grains, their timers and their reminders go by the
    /// <see cref="TimeProvider"/> among the services, so that a test can turn that one without timing out every call under way.
    /// </summary>
    public TimeProvider HostClock { get; set; } = TimeProvider.System;
}
