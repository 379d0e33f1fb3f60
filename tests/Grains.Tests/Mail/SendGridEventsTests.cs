using System.Text;
using System.Text.Json;

namespace Backsoon.Mail;

public sealed class SendGridEventsTests
{
    private static readonly Guid s_mail = Guid.Parse("0192f4a0-0000-7000-8000-000000000001");

    [Theory]
    [InlineData("delivered", null, null, DeliveryFate.Delivered)]
    [InlineData("deferred", null, null, DeliveryFate.Delayed)]
    [InlineData("bounce", null, "550 5.1.1 unknown", DeliveryFate.Bounced)]
    [InlineData("bounce", "bounce", "550 5.1.1 unknown", DeliveryFate.Bounced)]
    [InlineData("bounce", "blocked", "421 busy", DeliveryFate.Returned)]
    [InlineData("dropped", null, "Bounced Address", DeliveryFate.Bounced)]
    [InlineData("dropped", null, "Spam Reporting Address", DeliveryFate.Bounced)]
    [InlineData("dropped", null, "Recipient List over Package Quota", DeliveryFate.Failed)]
    [InlineData("dropped", null, null, DeliveryFate.Failed)]
    [InlineData("spamreport", null, null, DeliveryFate.Complained)]
    public void Each_kind_has_its_meaning(string name, string? type, string? reason, DeliveryFate fate)
    {
        var report = SendGridEvents.Read(Event(name, type, reason))!;
        Assert.Equal((fate, s_mail, "14c5d75ce93", "tom@vendor.example", 1767603600), (report.Fate, report.Mail, report.ProviderId, report.To!.Value, report.At.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("open")]
    [InlineData("click")]
    [InlineData("unsubscribe")]
    [InlineData("group_resubscribe")]
    [InlineData("account_status_change")]
    public void Other_kinds_mean_nothing(string name) => Assert.Null(SendGridEvents.Read(Event(name)));

    [Fact]
    public void No_address_is_kept_of_what_the_server_said() => Assert.Equal("550 5.1.1 <…@…> unknown", SendGridEvents.Read(Event("bounce", "bounce", "550 5.1.1 <tom@vendor.example> unknown"))!.Detail);

    [Fact]
    public void Without_our_id_theirs_is_left()
    {
        var report = SendGridEvents.Read("""{"event":"bounce","email":"a@b.example","timestamp":"1767603600","sg_message_id":"14c5d75ce93.dfd.64b469","type":"bounce"}"""u8)!;
        Assert.Equal((null, "14c5d75ce93"), (report.Mail, report.ProviderId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"event":"bounce","timestamp":"soon"}""")]
    public void What_is_no_event_is_said_to_be_none(string body) => Assert.Throws<JsonException>(() => SendGridEvents.Read(Encoding.UTF8.GetBytes(body)));

    private static byte[] Event(string name, string? type = null, string? reason = null) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        @event = name, email = "tom@vendor.example", timestamp = 1767603600, sg_event_id = "e1", sg_message_id = "14c5d75ce93.filter0001.16648.5515E0B88.0", mail = s_mail.ToString("n"), type, reason,
    });
}
