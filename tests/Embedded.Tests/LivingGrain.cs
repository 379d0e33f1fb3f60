using System.Collections.Concurrent;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Backsoon.Embedded;

public interface ILivingGrain : IGrainWithStringKey
{
    Task<Guid> Life();

    Task Work(string name);

    [AlwaysInterleave]
    Task Go();

    Task Stay(TimeSpan time);
}

[GrainType("living")]
public sealed class LivingGrain : Grain, ILivingGrain, IDisposable
{
    private readonly Stage _stage;
    private readonly Guid _life;
    private readonly string _key;

    public LivingGrain(Stage stage, TimeProvider clock)
    {
        _stage = stage;
        _life = Guid.CreateVersion7(clock.GetUtcNow());
        _key = this.GetPrimaryKeyString();
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_key == "living/slow")
        {
            _stage.Say("opening");
            await _stage.Gate("opening");
        }
        if (_key == "living/fails" && !_stage.Said.Contains("may open"))
            throw new InvalidOperationException("Not today");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stage.Say($"{_key} left: {reason.ReasonCode}");
        if (_key == "living/lingers")
        {
            _stage.Say("lingering");
            await _stage.Gate("linger");
        }
    }

    public Task<Guid> Life() => Task.FromResult(_life);

    public async Task Work(string name)
    {
        _stage.Say($"{name} began");
        await _stage.Gate(name);
    }

    public Task Go()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public void Dispose() => _stage.Say($"{_key} disposed");
}

public interface IUnmakeableGrain : IGrainWithStringKey
{
    Task Be();
}

[GrainType("unmakeable")]
public sealed class UnmakeableGrain(ConcurrentBag<Guid> notAmongTheServices) : Grain, IUnmakeableGrain
{
    public Task Be() => Task.FromResult(notAmongTheServices);
}

public interface IWorkingGrain : IGrainWithStringKey
{
    Task<int> Work(string name);
}

[GrainType("working"), StatelessWorker(2)]
public sealed class WorkingGrain(Stage stage) : Grain, IWorkingGrain
{
    public async Task<int> Work(string name)
    {
        stage.Say($"{name} began");
        await stage.Gate(name);
        return GetHashCode();
    }
}

public interface IPlainGrain : IGrainWithStringKey
{
    Task<string> Key();
}

[GrainType("plain")]
public sealed class PlainGrain(IGrainContext context) : IGrainBase, IPlainGrain
{
    public IGrainContext GrainContext => context;

    public Task<string> Key() => Task.FromResult(this.AsReference<IPlainGrain>().GetPrimaryKeyString());
}
