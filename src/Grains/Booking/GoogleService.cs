using System.Net.Http.Headers;
using Backsoon.Promises;
using Google.Apis.Discovery;
using Google.Apis.Http;
using Google.Apis.Requests;
using Google.Apis.Services;
using Google.Apis.Util;
using Newtonsoft.Json;

namespace Backsoon.Booking;

/// <summary>The few calls of Google's calendar that are made, on the base that Google's own client stands on. There is none that could read an event (R19).</summary>
internal sealed class GoogleService(Uri root, GoogleClients clients) : BaseClientService(new Initializer { HttpClientFactory = clients, DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None, GZipEnabled = false, ApplicationName = "Backsoon" })
{
    public override string Name => "calendar";

    public override string BaseUri => root.ToString();

    public override string BasePath => root.AbsolutePath.TrimStart('/');

    public override IList<string> Features => [];
}

/// <summary>Clients that neither follow elsewhere nor try again by themselves: when is for us to say.</summary>
internal sealed class GoogleClients(ThirdParty google) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => Outbound.Handler(google);
}

/// <summary>One call in one host's name.</summary>
internal abstract class GoogleRequest<T> : ClientServiceRequest<T>, IHttpExecuteInterceptor, IHttpUnsuccessfulResponseHandler
{
    private readonly string _accessToken;

    protected GoogleRequest(GoogleService service, string accessToken)
        : base(service)
    {
        _accessToken = accessToken;
        AddExecuteInterceptor(this);
        AddUnsuccessfulResponseHandler(this);
        InitParameters();
    }

    /// <summary>How long Google asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    public override string MethodName => RestPath;

    public override string HttpMethod => "POST";

    public Task InterceptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _accessToken);
        return Task.CompletedTask;
    }

    public Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        RetryAfter = args.Response.Headers.RetryAfter?.Delta;
        return Task.FromResult(false);
    }

    protected void Has(string name, bool inPath = false) => RequestParameters.Add(name, new Parameter { Name = name, IsRequired = inPath, ParameterType = inPath ? "path" : "query" });
}

internal sealed class FreeBusyRequest(GoogleService service, string accessToken, FreeBusyQuery query) : GoogleRequest<FreeBusyAnswer>(service, accessToken)
{
    public override string RestPath => "freeBusy";

    protected override object GetBody() => query;
}

internal sealed class CalendarListRequest(GoogleService service, string accessToken) : GoogleRequest<CalendarList>(service, accessToken)
{
    public override string HttpMethod => "GET";

    public override string RestPath => "users/me/calendarList";

    [RequestParameter("minAccessRole", RequestParameterType.Query)]
    public string MinAccessRole { get; } = "freeBusyReader";

    [RequestParameter("maxResults", RequestParameterType.Query)]
    public int MaxResults { get; } = 250;

    [RequestParameter("fields", RequestParameterType.Query)]
    public string Fields { get; } = "nextPageToken,items(id,summary,primary,accessRole)";

    [RequestParameter("pageToken", RequestParameterType.Query)]
    public string? PageToken { get; init; }

    protected override void InitParameters()
    {
        base.InitParameters();
        Has("minAccessRole");
        Has("maxResults");
        Has("fields");
        Has("pageToken");
    }
}

/// <summary>Writes an event, or takes one away. Of what is there nothing comes back but that it is.</summary>
internal sealed class EventRequest : GoogleRequest<WrittenEvent>
{
    private readonly string _method;
    private readonly CalendarEvent? _body;

    private EventRequest(GoogleService service, string accessToken, string method, string calendar, string? id, CalendarEvent? body)
        : base(service, accessToken)
    {
        (_method, CalendarId, EventId, _body) = (method, calendar, id, body);
        Has("calendarId", inPath: true);
        if (id is not null)
            Has("eventId", inPath: true);
        Has("sendUpdates");
        if (body is not null)
            Has("fields");
    }

    public static EventRequest Insert(GoogleService service, string accessToken, string calendar, CalendarEvent body) => new(service, accessToken, "POST", calendar, null, body);

    public static EventRequest Patch(GoogleService service, string accessToken, string calendar, string id, CalendarEvent body) => new(service, accessToken, "PATCH", calendar, id, body);

    public static EventRequest Delete(GoogleService service, string accessToken, string calendar, string id) => new(service, accessToken, "DELETE", calendar, id, null);

    public override string HttpMethod => _method;

    public override string RestPath => EventId is null ? "calendars/{calendarId}/events" : "calendars/{calendarId}/events/{eventId}";

    [RequestParameter("calendarId", RequestParameterType.Path)]
    public string CalendarId { get; }

    [RequestParameter("eventId", RequestParameterType.Path)]
    public string? EventId { get; }

    [RequestParameter("sendUpdates", RequestParameterType.Query)]
    public string SendUpdates { get; } = "all";

    [RequestParameter("fields", RequestParameterType.Query)]
    public string? Fields => _body is null ? null : "id,status,htmlLink";

    protected override object? GetBody() => _body;
}

internal sealed record FreeBusyQuery([property: JsonProperty("timeMin")] string TimeMin, [property: JsonProperty("timeMax")] string TimeMax, [property: JsonProperty("items")] IReadOnlyList<FreeBusyItem> Items);

internal sealed record FreeBusyItem([property: JsonProperty("id")] string Id);

internal sealed record FreeBusyAnswer([property: JsonProperty("calendars")] Dictionary<string, FreeBusyCalendar>? Calendars);

internal sealed record FreeBusyCalendar([property: JsonProperty("busy")] List<BusyTime>? Busy, [property: JsonProperty("errors")] List<FreeBusyError>? Errors);

internal sealed record BusyTime([property: JsonProperty("start")] string? Start, [property: JsonProperty("end")] string? End);

internal sealed record FreeBusyError([property: JsonProperty("reason")] string? Reason);

internal sealed record CalendarList([property: JsonProperty("items")] List<ListedCalendar>? Items, [property: JsonProperty("nextPageToken")] string? NextPageToken);

internal sealed record ListedCalendar(
    [property: JsonProperty("id")] string? Id, [property: JsonProperty("summary")] string? Summary, [property: JsonProperty("primary")] bool Primary, [property: JsonProperty("accessRole")] string? AccessRole);

internal sealed record WrittenEvent([property: JsonProperty("id")] string? Id);

/// <summary>An event as it is written. What is null is left out.</summary>
internal sealed record CalendarEvent(
    [property: JsonProperty("id")] string? Id, [property: JsonProperty("status")] string Status, [property: JsonProperty("summary")] string Summary, [property: JsonProperty("description")] string Description,
    [property: JsonProperty("location")] string? Location, [property: JsonProperty("start")] EventTime Start, [property: JsonProperty("end")] EventTime End,
    [property: JsonProperty("attendees")] IReadOnlyList<EventAttendee>? Attendees, [property: JsonProperty("guestsCanInviteOthers")] bool GuestsCanInviteOthers);

internal sealed record EventTime([property: JsonProperty("dateTime")] string DateTime, [property: JsonProperty("timeZone")] string TimeZone);

internal sealed record EventAttendee([property: JsonProperty("email")] string Email, [property: JsonProperty("displayName")] string DisplayName);
