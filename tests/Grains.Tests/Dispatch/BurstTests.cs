namespace Backsoon.Dispatch;

/// <summary>A thousand requests in ten seconds, and a provider that takes two mails a second.</summary>
[Collection(Backend.Name)]
public sealed class BurstTests(Backend shared)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact, Trait("Abuse", "26"), Promise("R7")]
    public async Task All_of_a_burst_is_taken_its_mails_go_out_in_turn_and_another_business_hardly_waits()
    {
        const int seconds = 10, each = 100;
        var backend = await shared.Beside();
        try
        {
            var (busy, calm) = (await Office.Open(backend, TimeSpan.FromHours(20)), await Office.Open(backend, TimeSpan.FromHours(20)));
            (backend.Mails.Batch, backend.Mails.Every) = (2, s_second);
            for (var second = 0; second < seconds; second++)
            {
                await Task.WhenAll(Enumerable.Range(0, each).Select(_ => busy.Submit(busy.Form($"Trouble of second {second}."))));
                backend.Clock.Advance(s_second);
            }

            Assert.Equal(seconds * each, await backend.Database.Scalar<long>("select count(*) from dispatch where tenant_id = $1", busy.Tenant.Value));
            var vendor = busy.Vendors[0].Email;
            await backend.Rest();
            var before = backend.Mails.To(vendor).Count;
            Assert.InRange(before, 1, 2 * seconds + 2);
            for (var i = 0; i < 3; i++)
                await calm.Submit();

            int? when = null;
            for (var ticks = 0; backend.Mails.To(vendor).Count < seconds * each; ticks++)
            {
                Assert.True(ticks < seconds * each, $"{backend.Mails.To(vendor).Count} mails are out.");
                backend.Clock.Advance(s_second);
                await backend.Rest();
                when ??= backend.Mails.To(calm.Vendors[0].Email).Count == 3 ? backend.Mails.To(vendor).Count : null;
            }

            // What was claimed before they came, and then turn about.
            Assert.InRange(when!.Value - before, 0, 40);
            var turns = backend.Mails.To(vendor).Select(mail => Enumerable.Range(0, seconds).Single(second => mail.Text.Contains($"Trouble of second {second}.", StringComparison.Ordinal))).ToList();
            Assert.Equal(turns.Order(), turns);
            Assert.Equal(seconds * each, turns.Count);
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }
}
