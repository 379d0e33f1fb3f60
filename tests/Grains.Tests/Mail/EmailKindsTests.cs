using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class EmailKindsTests(Backend backend)
{
    private EmailKinds Kinds => backend.Services.GetRequiredService<EmailKinds>();

    [Fact]
    public void Every_mail_has_a_kind_and_so_a_preview() =>
        Assert.Empty(typeof(Email).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Email)) && !type.IsAbstract).Except(Kinds.All.Select(kind => kind.Type)));

    [Fact]
    public void Every_mail_survives_the_outbox_and_can_be_read_in_both_parts()
    {
        Assert.NotEmpty(Kinds.All);
        Assert.All(Kinds.All, kind =>
        {
            var example = kind.Example();
            Assert.Equal(kind.Type, example.GetType());
            var stored = JsonSerializer.SerializeToElement(example, kind.Type, EmailKinds.Json);
            var (before, after) = (example.Compose(), Kinds.Read(kind.Name, stored).Compose());
            Assert.Equal(EmailHtml.Of(before), EmailHtml.Of(after));
            var text = EmailText.Of(after);
            Assert.NotEmpty(after.Subject.Value);
            Assert.Contains(EmailText.OneLine(after.Lead), text, StringComparison.Ordinal);
            Assert.Contains(EmailText.OneLine(after.Why), text, StringComparison.Ordinal);
            Assert.All(after.Buttons, button => Assert.Contains(button.Url, text, StringComparison.Ordinal));
            Assert.DoesNotContain(text.Split('\n').SkipWhile(line => line.Length > 0), line => line.Contains('!', StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_mail_is_the_same_when_a_provider_is_asked_about_it_again()
    {
        var sender = new Sender(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example"));
        Assert.All(Kinds.All, kind =>
        {
            var rendered = EmailRenderer.Render(Guid.CreateVersion7(backend.Clock.GetUtcNow()), kind.Name, kind.Example().Compose(), EmailAddress.Parse("Ana.Duarte@Example.com"), sender);
            Assert.Equal(rendered, JsonSerializer.Deserialize<RenderedMail>(JsonSerializer.SerializeToUtf8Bytes(rendered, EmailKinds.Json), EmailKinds.Json));
        });
    }
}
