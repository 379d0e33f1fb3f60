using Backsoon.Accounts;
using Backsoon.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Tenants;

/// <summary>Whoever asks for things that do not exist leaves nothing in memory.</summary>
[Collection(Backend.Name)]
public sealed class NobodyTests(Backend backend)
{
    private const int AtOnce = 32;

    [Fact, Trait("Abuse", "33")]
    public async Task Ten_thousand_names_that_nobody_has_leave_memory_as_it_was()
    {
        var host = backend.Services.GetRequiredService<GrainHost>();
        await backend.Restart();
        // Whatever serves them all comes to life once.
        await Ask(0);
        var before = host.Count;
        var number = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref number) is var next && next <= 10_000)
                await Ask(next);
        }));
        await Backend.Eventually(() => Task.FromResult(host.Count <= before + AtOnce), $"all are gone again, but {host.Count} grains are in memory and {before} were");
    }

    private async Task Ask(int number)
    {
        switch (number % 4)
        {
            case 0:
                Assert.Null(await backend.Grains.Slug(Slug.Parse($"nobody-{number}")).Resolve());
                break;
            case 1:
                Assert.True(await backend.Grains.Slug(Slug.Parse($"nobody-{number}")).IsFree());
                break;
            case 2:
                Assert.Null(await backend.Grains.GetGrain<ISessionGrain>($"session/{Secret.Hash($"nobody {number}")}").Check());
                break;
            default:
                Assert.Null(await backend.Grains.GetGrain<IMagicLinkGrain>($"magic-link/{Secret.Hash($"nobody {number}")}").Look());
                break;
        }
    }
}
