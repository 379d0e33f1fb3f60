namespace Backsoon.Promises;

[GrainType("policy")]
public sealed class PolicyGrain(PolicySetting setting) : Grain, IPolicyGrain
{
    public Task<Policy> Read() => Task.FromResult(setting.Policy);
}
