using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;

namespace Backsoon.Embedded;

/// <summary>The embedded host with the grains of these tests, on clocks that stand still.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(string connectionString, ManualClock? clock, Action<EmbeddedOptions>? configure, DatabaseLock? hold)
    {
        Clock = clock ?? new();
        Database = NpgsqlDataSource.Create(connectionString);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Log);
        if (hold is not null)
            builder.Services.AddSingleton(hold);
        builder.Services
            .AddSingleton(Database)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<Stage>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(2))
            .AddEmbeddedGrains(options =>
            {
                options.GrainAssemblies.Add(typeof(TestHost).Assembly);
                options.HostClock = HostClock;
                options.LockPatience = TimeSpan.Zero;
                configure?.Invoke(options);
            });
        _host = builder.Build();
    }

    /// <summary>The clock of the grains.</summary>
    public ManualClock Clock { get; }

    public ManualClock HostClock { get; } = new();

    public LogBook Log { get; } = new();

    public NpgsqlDataSource Database { get; }

    public GrainHost Grains => _host.Services.GetRequiredService<GrainHost>();

    public Reminders Reminders => _host.Services.GetRequiredService<Reminders>();

    public Stage Stage => _host.Services.GetRequiredService<Stage>();

    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<TestHost> Start(string connectionString, ManualClock? clock = null, Action<EmbeddedOptions>? configure = null, DatabaseLock? hold = null)
    {
        var host = new TestHost(connectionString, clock, configure, hold);
        try
        {
            await host._host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
        return host;
    }

    public T Get<T>(string key) where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Turns the host's own clock.</summary>
    public void Pass(TimeSpan time)
    {
        HostClock.Advance(time);
        Grains.Sweep();
    }

    /// <summary>In good order, however long that takes.</summary>
    public Task Stop() => _host.StopAsync();

    /// <summary>In good order, but with a second's patience only.</summary>
    public async Task StopImpatiently()
    {
        using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(second.Token);
    }

    /// <summary>As a program does that ends by an exception.</summary>
    public async Task DisposeWithoutStop()
    {
        await ((IAsyncDisposable)_host).DisposeAsync();
        await Database.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopImpatiently();
        _host.Dispose();
        await Database.DisposeAsync();
    }
}

public sealed class LogBook : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public async Task Said(string words)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!Lines.Any(line => line.Contains(words, StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
