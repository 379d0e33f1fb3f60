using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>All grains of the process: which are in memory, and the way to each.</summary>
public sealed class GrainHost : IClusterClient
{
    private readonly ConcurrentDictionary<(GrainId Grain, int Worker), Activation> _activations = new();
    private readonly GrainCatalog _catalog;
    private string? _unavailable = "it has not been started";
    private long _now;

    internal GrainHost(IServiceProvider services, GrainCatalog catalog, EmbeddedOptions options, TimeProvider clock, ILogger<GrainHost> logger)
    {
        Services = services;
        Options = options;
        Clock = clock;
        Logger = logger;
        Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _catalog = catalog;
    }

    /// <summary>How many grains are in memory.</summary>
    public int Count => _activations.Count;

    /// <summary>Whether no grain is at work: for a test that wants to know when what it began has ended.</summary>
    public bool IsAtRest => _activations.All(pair => !pair.Value.IsBusy);

    internal IServiceProvider Services { get; }

    internal EmbeddedOptions Options { get; }

    internal TimeProvider Clock { get; }

    internal ILogger Logger { get; }

    internal Reminders Reminders => field ??= Services.GetRequiredService<Reminders>();

    internal CancellationToken Stopping { get; }

    /// <summary>Milliseconds of the host's clock as of the last sweep: reading the clock itself would cost every call.</summary>
    internal long Now => Volatile.Read(ref _now);

    internal long Deadline => Now + (long)Options.CallTimeout.TotalMilliseconds;

    internal bool Serving => _unavailable is null;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentNullException.ThrowIfNull(primaryKey);
        if (primaryKey.AsSpan().IndexOfAny('/', '_') < 0)
            throw new ArgumentException($"A key has a '/' or '_', or Orleans could take it for a number: '{primaryKey}'", nameof(primaryKey));
        var grain = _catalog.Implementation(typeof(TGrainInterface));
        return Refer<TGrainInterface>(grain, GrainId.Create(grain.Name, primaryKey));
    }

    /// <summary>Puts every grain out of memory, as if each had been idle; the next call brings it back from its state.</summary>
    public Task DeactivateAll() => DeactivateAll(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateAll)} was called."));

    /// <summary>Fails the calls whose time is up and drops the grains that are idle. The host does so every second; a test that turned its clock need not wait for it.</summary>
    public void Sweep()
    {
        var now = Milliseconds();
        Volatile.Write(ref _now, now);
        foreach (var (_, activation) in _activations)
            activation.Sweep(now, (long)Options.IdleAge.TotalMilliseconds);
    }

    internal TGrainInterface Refer<TGrainInterface>(GrainClass grain, GrainId id) =>
        (TGrainInterface)(object)_catalog.Interface(typeof(TGrainInterface)).Refer(this, grain, id);

    internal TGrainInterface? Find<TGrainInterface>(GrainId id) where TGrainInterface : class =>
        _catalog.Find(id) is { } grain && grain.Type.IsAssignableTo(typeof(TGrainInterface)) ? Refer<TGrainInterface>(grain, id) : null;

    internal void Send(GrainClass grain, GrainId id, Turn turn)
    {
        if (_unavailable is { } reason)
        {
            turn.Fail(new OrleansException($"The grain host is unavailable: {reason}"));
            return;
        }

        var address = (id, grain.Workers == 1 ? 0 : LeastLoaded(id, grain.Workers));
        while (true)
        {
            var activation = _activations.GetOrAdd(address, static (address, made) => new Activation(made.Host, made.Grain, address), (Host: this, Grain: grain));
            if (activation.TryReceive(turn))
                return;
            Forget(activation);
        }
    }

    internal void Forget(Activation activation) => _activations.TryRemove(new(activation.Address, activation));

    internal void Serve()
    {
        Drop();
        Volatile.Write(ref _now, Milliseconds());
        _unavailable = null;
    }

    internal void Suspend(string reason)
    {
        _unavailable = reason;
        Drop();
    }

    internal async Task Stop(CancellationToken impatience)
    {
        try
        {
            // One that goes may call another, and so bring it back.
            while (!_activations.IsEmpty)
                await DeactivateAll(new(DeactivationReasonCode.ShuttingDown, "The process stops.")).WaitAsync(impatience);
        }
        catch (OperationCanceledException)
        {
            Logger.LogWarning("{Count} grains were still busy when the process stopped", Count);
        }
        _unavailable = "it has been stopped";
    }

    private async Task DeactivateAll(DeactivationReason reason)
    {
        List<Task> going = [];
        foreach (var (_, activation) in _activations)
        {
            activation.Deactivate(reason);
            going.Add(activation.Gone);
        }
        await Task.WhenAll(going);
    }

    // What a grain knew of a database that is no longer ours may be out of date. Nobody is kept waiting for those that still finish a turn:
    // what they write meanwhile is held off by its ETag.
    private void Drop()
    {
        foreach (var (_, activation) in _activations)
        {
            Forget(activation);
            activation.Deactivate(new(DeactivationReasonCode.InternalFailure, "The database was lost."));
        }
    }

    private int LeastLoaded(GrainId id, int workers)
    {
        var best = 0;
        var least = int.MaxValue;
        for (var worker = 0; worker < workers && least > 0; worker++)
        {
            var load = _activations.TryGetValue((id, worker), out var activation) ? activation.Load : 0;
            if (load < least)
                (best, least) = (worker, load);
        }
        return best;
    }

    private long Milliseconds() => (long)Options.HostClock.GetElapsedTime(0).TotalMilliseconds;
}
