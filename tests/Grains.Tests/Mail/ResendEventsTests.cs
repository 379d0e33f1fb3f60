using System.Text;
using System.Text.Json;

namespace Backsoon.Mail;

public sealed class ResendEventsTests
{
    private static readonly Guid s_mail = Guid.Parse("0192f4a0-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset s_at = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("email.delivered", null, DeliveryFate.Delivered)]
    [InlineData("email.delivery_delayed", null, DeliveryFate.Delayed)]
    [InlineData("email.bounced", null, DeliveryFate.Bounced)]
    [InlineData("email.bounced", "Permanent", DeliveryFate.Bounced)]
    [InlineData("email.bounced", "Transient", DeliveryFate.Returned)]
    [InlineData("email.bounced", "Undetermined", DeliveryFate.Returned)]
    [InlineData("email.complained", null, DeliveryFate.Complained)]
    [InlineData("email.suppressed", null, DeliveryFate.Bounced)]
    [InlineData("email.failed", null, DeliveryFate.Failed)]
    public void Each_kind_has_its_meaning(string type, string? bounce, DeliveryFate fate)
    {
        var report = ResendEvents.Read(Reported.Event(type, s_mail, "Tom@Vendor.example", s_at, bounce))!;
        Assert.Equal((fate, s_mail, $"re-{s_mail:n}", "Tom@vendor.example", s_at), (report.Fate, report.Mail, report.ProviderId, report.To!.Value, report.At));
    }

    [Theory]
    [InlineData("email.sent")]
    [InlineData("email.opened")]
    [InlineData("email.received")]
    [InlineData("email.clicked")]
    [InlineData("contact.created")]
    [InlineData("suppression.added")]
    [InlineData("email.something_of_next_year")]
    public void Other_kinds_mean_nothing(string type) => Assert.Null(ResendEvents.Read(Reported.Event(type, s_mail, "tom@vendor.example", s_at)));

    [Fact]
    public void Our_id_comes_back_as_an_object_or_in_a_list()
    {
        Assert.Equal(s_mail, Tagged($$"""{"mail":"{{s_mail:n}}"}"""));
        Assert.Equal(s_mail, Tagged($$"""[{"name":"other","value":"x"},{"name":"mail","value":"{{s_mail:n}}"}]"""));
        Assert.Null(Tagged("{}"));
        Assert.Null(Tagged("[1, null, {}]"));
        Assert.Null(Tagged("""{"mail":7}"""));
        Assert.Null(Tagged("""{"mail":"not an id"}"""));
        Assert.Null(Tagged("null"));
    }

    [Fact]
    public void No_address_is_kept_of_what_the_server_said()
    {
        var report = ResendEvents.Read("""
            {"type":"email.bounced","created_at":"2026-01-05T09:00:00.000Z","data":{"email_id":"re-1","to":["tom@vendor.example"],
            "bounce":{"type":"Permanent","subType":"General","message":"It bounced","diagnosticCode":["smtp; 550 5.1.1 <tom@vendor.example>: user unknown\r\nBcc: x"]}}}
            """u8)!;
        Assert.Equal("smtp; 550 5.1.1 <…@…>: user unknown Bcc: x", report.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":\"email.delivered\",\"created_at\":\"never\",\"data\":{}}")]
    [InlineData("{\"type\":\"email.delivered\"")]
    public void What_is_no_event_is_said_to_be_none(string body) => Assert.Throws<JsonException>(() => ResendEvents.Read(Encoding.UTF8.GetBytes(body)));

    private static Guid? Tagged(string tags) => ResendEvents.Read(Encoding.UTF8.GetBytes($$$"""{"type":"email.delivered","created_at":"2026-01-05T09:00:00Z","data":{"email_id":"re-1","to":["a@b.example"],"tags":{{{tags}}}}}"""))!.Mail;
}
