using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Everything about one person as files: for programs, for reading, and their photos. What others said among each other is not in it.</summary>
public sealed class PersonalCopy(PersonalRows personal, RequestRows requests, AppointmentRows appointments, Ledger ledger, TimeProvider clock)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a caller did, was told or was written, and what the business noted about it.
    private static readonly DispatchEventKind[] s_theirs = [DispatchEventKind.Received, DispatchEventKind.CallerMailed, DispatchEventKind.CallerWrote, DispatchEventKind.CallerSentPhotos];
    private static readonly DispatchEventKind[] s_withWords = [DispatchEventKind.CallerWrote, DispatchEventKind.VendorWrote, DispatchEventKind.OwnerWrote, DispatchEventKind.Note, DispatchEventKind.Closed, DispatchEventKind.Done, DispatchEventKind.Declined];

    public async Task<DataCopy> Of(TenantProfile profile, DataSubject person)
    {
        var (tenant, now) = (profile.Id, clock.GetUtcNow());
        var photos = ImmutableArray.CreateBuilder<DataPhoto>();
        var (sent, booked, asked) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var (id, _, _) in await personal.RequestsOf(tenant, person, now))
        {
            if (await requests.Read(tenant, id) is not { } request)
                continue;
            var names = request.Photos.Select(photo => new DataPhoto($"photos/{request.Reference}-{photo.Position}.{Extension(photo.MediaType)}", photo.Id, photo.Chunks)).ToArray();
            photos.AddRange(names);
            sent.Add(RequestOf(request, names));
        }

        foreach (var (id, _) in await personal.AppointmentsOf(tenant, person, now))
        {
            if (await appointments.Read(tenant, id) is { Appointment: var appointment })
                booked.Add(AppointmentOf(appointment));
        }

        foreach (var vendor in (await personal.Of(tenant, person)).Vendors)
            asked.Add(await VendorOf(tenant, vendor));
        var whole = new JsonObject { ["business"] = profile.Settings.BusinessName, ["address"] = person.Email?.Value, ["madeAt"] = Say(now), ["requests"] = sent, ["appointments"] = booked, ["asVendor"] = asked };
        var page = $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Your data</title></head><body><h1>What {WebUtility.HtmlEncode(profile.Settings.BusinessName)} keeps about you</h1>\n<p>Times are in UTC. Photos are in the folder beside this page. Mails that were sent to you are in your mailbox: their words are not kept.</p>\n{Html(whole)}</body></html>\n";
        return new DataCopy($"{profile.Slug}-your-data-{now.UtcDateTime:yyyy-MM-dd}.zip", [new("your-data.json", Encoding.UTF8.GetBytes(whole.ToJsonString(s_json))), new("your-data.html", Encoding.UTF8.GetBytes(page))], photos.ToImmutable());
    }

    private static JsonObject RequestOf(Dispatch.Request request, IEnumerable<DataPhoto> photos) => new()
    {
        ["number"] = request.Reference,
        ["receivedAt"] = Say(request.ReceivedAt),
        ["about"] = request.SubjectLabel,
        ["kind"] = request.CategoryName,
        ["urgent"] = request.Urgent,
        ["name"] = request.CallerName,
        ["telephone"] = request.CallerPhone,
        ["email"] = request.CallerEmail?.Value,
        ["words"] = request.Text,
        ["state"] = request.Status.ToString(),
        ["closedAt"] = request.ClosedAt is { } closed ? Say(closed) : null,
        ["photos"] = new JsonArray([.. photos.Select(photo => (JsonNode)photo.Name)]),
        ["whatHappened"] = new JsonArray([.. request.Events.Where(e => e.Kind != DispatchEventKind.VendorWroteToBusiness && !(e is { Kind: DispatchEventKind.OwnerWrote, Vendor: not null })).Select(e => (JsonNode)new JsonObject
        {
            ["at"] = Say(e.At),
            ["what"] = Words(e.Kind.ToString()),
            // Of the business they know the name, not who of it did what.
            ["who"] = e.Vendor is not null || s_theirs.Contains(e.Kind) ? e.Who : null,
            ["words"] = s_withWords.Contains(e.Kind) ? e.Text : null,
        })]),
    };

    private static JsonObject AppointmentOf(Appointment appointment) => new()
    {
        ["number"] = appointment.Reference,
        ["what"] = appointment.ServiceName,
        ["with"] = appointment.HostName,
        ["startsAt"] = Say(appointment.Start),
        ["endsAt"] = Say(appointment.End),
        ["state"] = appointment.Status.ToString(),
        ["name"] = appointment.Guest.Name,
        ["email"] = appointment.Guest.Email?.Value,
        ["telephone"] = appointment.Guest.Phone,
        ["timeZone"] = appointment.Guest.ZoneId,
        ["note"] = appointment.Guest.Note,
        ["answers"] = new JsonArray([.. appointment.Guest.Answers.Select(answer => (JsonNode)new JsonObject { ["question"] = answer.Label, ["answer"] = answer.Text })]),
        ["bookedAt"] = Say(appointment.BookedAt),
        ["cancelledAt"] = appointment.CancelledAt is { } cancelled ? Say(cancelled) : null,
        ["wordsOfTheCancellation"] = appointment.CancelNote,
        ["noteOfTheBusiness"] = appointment.OwnerNote,
    };

    // Whom they were asked to help is nobody else's to tell them.
    private async Task<JsonObject> VendorOf(TenantId tenant, KeptVendor vendor)
    {
        var note = (await ledger.Read("select note from vendor where tenant_id = $1 and id = $2", row => row.IsDBNull(0) ? null : row.GetString(0), tenant.Value, vendor.Id)).SingleOrDefault();
        var events = await ledger.Read(
            """
            select d.reference, e.at, e.kind, case when e.kind in (7, 9, 21, 23) or e.kind = 22 then e.text end from dispatch_event e join dispatch d on d.tenant_id = e.tenant_id and d.id = e.dispatch_id
            where e.tenant_id = $1 and e.vendor_id = $2 order by e.at, e.seq
            """,
            row => new JsonObject { ["request"] = row.GetString(0), ["at"] = Say(row.GetFieldValue<DateTimeOffset>(1)), ["what"] = Words(((DispatchEventKind)row.GetInt16(2)).ToString()), ["words"] = row.IsDBNull(3) ? null : row.GetString(3) },
            tenant.Value, vendor.Id);
        return new JsonObject
        {
            ["name"] = vendor.Name,
            ["email"] = vendor.Email.Value,
            ["telephone"] = vendor.Phone,
            ["noteOfTheBusiness"] = note,
            ["isAsked"] = vendor.Active,
            ["whatHappened"] = new JsonArray([.. events.Select(e => (JsonNode)e)]),
        };
    }

    private static string Html(JsonNode? node) => node switch
    {
        JsonObject whole => $"<dl>{string.Concat(whole.Where(part => part.Value is not (null or JsonArray { Count: 0 })).Select(part => $"<dt>{WebUtility.HtmlEncode(Words(part.Key))}</dt><dd>{Html(part.Value)}</dd>\n"))}</dl>",
        JsonArray list => $"<ol>{string.Concat(list.Select(one => $"<li>{Html(one)}</li>\n"))}</ol>",
        null => "",
        _ => $"<span dir=\"auto\" style=\"white-space:pre-wrap\">{WebUtility.HtmlEncode(node.ToString())}</span>",
    };

    // "VendorAsked" and "receivedAt" as people say them.
    private static string Words(string name)
    {
        var said = string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")).Trim();
        return $"{char.ToUpperInvariant(said[0])}{said[1..]}";
    }

    private static string Extension(string mediaType) => mediaType[(mediaType.IndexOf('/') + 1)..] is var type && type == "jpeg" ? "jpg" : type;

    private static string Say(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
