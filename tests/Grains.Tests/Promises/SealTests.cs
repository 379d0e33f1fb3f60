using System.Text;
using Backsoon.Accounts;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Promises;

/// <summary>The newest row of the log, mailed to every owner once a month.</summary>
[Collection(Backend.Name)]
public sealed class SealTests(Backend shared)
{
    [Fact]
    public async Task Every_owner_has_it_once_a_month_whatever_they_have_and_however_often_it_was_cut_off()
    {
        var backend = await shared.Beside();
        try
        {
            var (ana, rui) = (new Person(backend), new Person(backend));
            var (accepted, _) = await ana.SignUp();
            var refuses = await rui.SignUp();
            // Who has two businesses has one account.
            await backend.Grains.GetGrain<IAccountGrain>($"account/{accepted.Account}").Join((await backend.Grains.GetGrain<IAccountGrain>($"account/{refuses.Accepted.Account}").Look())!.Tenants[0]);
            await backend.Grains.GetGrain<IAccountGrain>($"account/{refuses.Accepted.Account}").SendSeal(false);
            await Hours(backend, 2);
            Assert.Equal((0, 0), (Had(backend, ana), Had(backend, rui)));

            // Monday, 5 January.
            await backend.Advance(TimeSpan.FromDays(27));
            await Hours(backend, 2);
            Assert.Equal((1, 0), (Had(backend, ana), Had(backend, rui)));
            var head = (await backend.Grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key).Read(0)).Single(row => backend.Mails.To(ana.Email).Last(mail => mail.Kind == "seal").Text.Contains(row.Hash, StringComparison.Ordinal));
            Assert.True(head.Seq > 0);

            // As after a crash between posting and noting it.
            await backend.Restart();
            await backend.Database.Execute("update grain_state set payload = convert_to(jsonb_set(convert_from(payload, 'UTF8')::jsonb, '{Told}', '\"\"')::text, 'UTF8') where grain_type = 'seal'");
            await Hours(backend, 2);
            Assert.Equal(1, Had(backend, ana));

            await backend.Grains.GetGrain<IAccountGrain>($"account/{refuses.Accepted.Account}").SendSeal(true);
            await backend.Advance(TimeSpan.FromDays(60));
            await Hours(backend, 2);
            Assert.Equal((2, 1), (Had(backend, ana), Had(backend, rui)));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_owners_have_it_within_a_day_a_share_an_hour()
    {
        var backend = await shared.Beside();
        try
        {
            await Hours(backend, 2);
            await backend.Database.Execute(
                """
                insert into grain_state (service_id, grain_type, grain_key, payload, version)
                select (select service_id from grain_state limit 1), 'account', 'account/account_' || n, convert_to(json_build_object('Email', json_build_object('Value', 'owner' || n || '@example.com'), 'Tenants', json_build_array(json_build_object('Value', 'tenant_x')))::text, 'UTF8'), 1
                from generate_series(1, 2000) n
                """);
            await backend.Advance(TimeSpan.FromDays(27));
            await Hours(backend, 1);
            Assert.InRange(await Posted(backend), 100, 250);
            await Hours(backend, 22);
            Assert.Equal(2000, await Posted(backend));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact]
    public void The_mail_has_what_to_compare_and_says_in_its_head_how_to_end_it()
    {
        var content = shared.Services.GetRequiredService<EmailKinds>().All.Single(kind => kind.Name == "seal").Example().Compose();
        var text = EmailText.Of(content);
        Assert.All(["7412", "9f2c41d07be85a6630c1f4d28ee7a95bb0137c64fd52e8196a3d40cb7f15e28a", "https://example.com/promises#log", "https://app.example.com/seal/example"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        var mail = EmailRenderer.Render(Guid.Empty, "seal", content, EmailAddress.Parse("ana@example.com"), shared.Mails.From);
        var mime = Encoding.ASCII.GetString(MimeMessage.Of(mail, shared.Clock.GetUtcNow()));
        Assert.Contains("\r\nList-Unsubscribe: <https://app.example.com/seal/example>\r\n", mime, StringComparison.Ordinal);
        Assert.Contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", mime, StringComparison.Ordinal);
        Assert.Equal(["seal"], shared.Services.GetRequiredService<EmailKinds>().All.Where(kind => kind.Example().Compose().Unsubscribe is not null).Select(kind => kind.Name));
    }

    private static int Had(Backend backend, Person person) => backend.Mails.To(person.Email).Count(mail => mail.Kind == "seal");

    private static Task<long> Posted(Backend backend) => backend.Database.Scalar<long>("select count(*) from outbox where kind = 'seal'");

    private static async Task Hours(Backend backend, int hours)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            await backend.Advance(TimeSpan.FromHours(1));
            await backend.Rest();
        }
    }
}
