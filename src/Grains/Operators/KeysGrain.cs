using Backsoon.Accounts;

namespace Backsoon.Operators;

[GrainType("keys"), StatelessWorker]
public sealed class KeysGrain(AuditLog audit) : Grain, IKeysGrain
{
    public async Task<KeyAges?> Look(string session) => await audit.Admit(session) is null ? null : new(await Ring.Ages());

    public async Task<KeyAges?> Rotate(string session, string newest)
    {
        if (await audit.Note(session, OperatorAct.KeysRotated, newest) is null)
            return null;
        if ((await Ring.Ages())[0].Id == newest)
            await Ring.Rotate();
        return new(await Ring.Ages());
    }

    private IKeyRingGrain Ring => GrainFactory.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key);
}
