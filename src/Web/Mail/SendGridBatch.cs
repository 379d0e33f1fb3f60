using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Backsoon.Mail;

/// <summary>Takes a report of SendGrid apart into its events, each by the id that SendGrid gives it: the same event may come again in other company.</summary>
public static class SendGridBatch
{
    // So much crosses to a grain at once.
    private const int LargestCall = 256 * 1024;

    /// <summary>Null when it is no list of events.</summary>
    public static List<ImmutableArray<WebhookEvent>>? Read(byte[] body)
    {
        try
        {
            using var list = JsonDocument.Parse(body);
            return list.RootElement.ValueKind == JsonValueKind.Array ? Calls(list.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<ImmutableArray<WebhookEvent>> Calls(JsonElement list)
    {
        var calls = new List<ImmutableArray<WebhookEvent>>();
        var call = ImmutableArray.CreateBuilder<WebhookEvent>();
        var size = 0;
        foreach (var item in list.EnumerateArray())
        {
            // What has no id of its own can be told apart by nothing, and so is not ours to keep.
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("sg_event_id", out var id) || id.ValueKind != JsonValueKind.String || !WebhookEndpoints.IsId(id.GetString()!))
                continue;
            var bytes = Encoding.UTF8.GetBytes(item.GetRawText());
            if (size + bytes.Length > LargestCall && call.Count > 0)
            {
                calls.Add(call.DrainToImmutable());
                size = 0;
            }

            call.Add(new WebhookEvent(id.GetString()!, bytes));
            size += bytes.Length;
        }

        if (call.Count > 0)
            calls.Add(call.DrainToImmutable());
        return calls;
    }
}
