using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Accounts;

[GrainType("key-ring")]
public sealed class KeyRingGrain([PersistentState("key-ring")] IPersistentState<KeyRingState> stored, RootKey rootKey, TimeProvider clock) : StoredGrain<KeyRingState>(stored), IKeyRingGrain
{
    // Every process asks once a minute; twice that, and nobody gets to see a token of a key they have not heard of.
    public static readonly TimeSpan Publication = 2 * Keys.Refresh;

    private RingOnDisk? _ring;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Wrapped is { } wrapped)
            _ring = Unwrap(wrapped);
        return Task.CompletedTask;
    }

    public async Task<KeyRing> Read()
    {
        if (_ring is null)
            await Keep(new RingOnDisk([NewKey()], RandomNumberGenerator.GetBytes(32)));
        return Present();
    }

    public async Task<KeyRing> Rotate()
    {
        await Read();
        var now = clock.GetUtcNow();
        await Keep(_ring! with { Keys = [NewKey(), .. _ring.Keys.Where((key, i) => !IsOver(i, now))] });
        return Present();
    }

    public async Task<KeyRing> Replace()
    {
        await Read();
        await Keep(_ring! with { Keys = [NewKey()] });
        return Present();
    }

    public async Task<ImmutableArray<KeyAge>> Ages()
    {
        var living = (await Read()).Tokens.Keys;
        return [.. _ring!.Keys.Where(key => living.Any(one => one.Id == key.Id)).Select(key => new KeyAge(key.Id, key.MadeAt, key.Id == living[0].Id))];
    }

    public async Task<bool> IsWrappedBy(string rootKeyMark)
    {
        await Read();
        return rootKey.Mark == rootKeyMark;
    }

    // The key that signs comes first, then one that is still being made known, then those that only verify.
    private KeyRing Present()
    {
        var now = clock.GetUtcNow();
        var keys = _ring!.Keys;
        var signing = 0;
        while (signing < keys.Length - 1 && now - keys[signing].MadeAt < Publication)
            signing++;
        var living = keys.Where((_, i) => i != signing && !IsOver(i, now)).Prepend(keys[signing]);
        return new KeyRing(new TokenKeys([.. living.Select(key => new TokenKey(key.Id, key.Bytes))], now + Keys.Refresh + TokenKeys.LongestLife), _ring.Pseudonym);
    }

    // A key stops signing when its successor was made known everywhere; the last token it signed is over one longest life later.
    private bool IsOver(int index, DateTimeOffset now) =>
        index > 0 && now - _ring!.Keys[index - 1].MadeAt > Publication + Keys.Refresh + TokenKeys.LongestLife;

    private KeyOnDisk NewKey() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), RandomNumberGenerator.GetBytes(32), clock.GetUtcNow());

    private async Task Keep(RingOnDisk ring)
    {
        State.Wrapped = rootKey.Wrap(JsonSerializer.SerializeToUtf8Bytes(ring), IKeyRingGrain.Key);
        await Write();
        _ring = ring;
    }

    private RingOnDisk Unwrap(byte[] wrapped)
    {
        try
        {
            return JsonSerializer.Deserialize<RingOnDisk>(rootKey.Unwrap(wrapped, IKeyRingGrain.Key)) ?? throw new InvalidOperationException("The key ring is empty.");
        }
        catch (CryptographicException)
        {
            throw new InvalidOperationException("The key ring in the database was wrapped by another root key than the one this process was given.");
        }
    }

    /// <param name="Keys">Newest first.</param>
    private sealed record RingOnDisk(ImmutableArray<KeyOnDisk> Keys, byte[] Pseudonym);

    private sealed record KeyOnDisk(string Id, byte[] Bytes, DateTimeOffset MadeAt);
}

[GenerateSerializer, Alias("accounts.key-ring.state")]
public sealed class KeyRingState
{
    /// <summary>The ring as JSON, wrapped by the root key.</summary>
    [Id(0)]
    public byte[]? Wrapped { get; set; }
}
