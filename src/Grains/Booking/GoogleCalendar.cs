using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Backsoon.Mail;
using Backsoon.Tenants;
using Google;
using Google.Apis.Auth.OAuth2.Flows;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;
using Google.Apis.Util;

namespace Backsoon.Booking;

/// <summary>Google, as far as a host's calendar is concerned: consent, tokens, busy times, and events written but never read (R19).</summary>
public sealed class GoogleCalendar : IDisposable
{
    internal const string FreeBusyScope = "https://www.googleapis.com/auth/calendar.freebusy";
    internal const string CalendarListScope = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";
    internal const string EventsScope = "https://www.googleapis.com/auth/calendar.events.owned";

    /// <summary>Where Google sends whoever was asked; to be named to it among the client's redirect addresses.</summary>
    public const string ReturnPath = "/bookings/calendars/google";

    private const int MostPages = 4;

    /// <summary>A page waits for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private readonly GoogleSettings _settings;
    private readonly Site _site;
    private readonly TimeProvider _clock;
    private readonly GoogleService _service;
    private readonly PkceGoogleAuthorizationCodeFlow _flow;

    public GoogleCalendar(GoogleSettings settings, Site site, TimeProvider clock)
    {
        (_settings, _site, _clock) = (settings, site, clock);
        var clients = new GoogleClients(settings.ThirdParty);
        _service = new GoogleService(settings.Calendar, clients);
        _flow = new PkceGoogleAuthorizationCodeFlow(new Addresses(settings)
        {
            ClientSecrets = new() { ClientId = settings.ClientId, ClientSecret = settings.ClientSecret },
            Scopes = ["openid", "email", FreeBusyScope, CalendarListScope, EventsScope],
            // Without it a host who consented before gets no refresh token.
            Prompt = "consent",
            IncludeGrantedScopes = true,
            HttpClientFactory = clients,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            Clock = new LibraryClock(clock),
        });
        // An answer that points elsewhere is none.
        (_service.HttpClient.MessageHandler.FollowRedirect, _flow.HttpClient.MessageHandler.FollowRedirect) = (false, false);
    }

    private string ReturnAddress => _site.App(ReturnPath);

    public void Dispose()
    {
        _service.Dispose();
        _flow.Dispose();
    }

    /// <summary>Where consent is asked for.</summary>
    /// <param name="state">Made of the verifier that the answer has to come with.</param>
    public Uri Consent(Func<string, string> state)
    {
        var request = _flow.CreateAuthorizationCodeRequest(ReturnAddress, out var verifier);
        request.State = state(verifier);
        return request.Build();
    }

    public Task<GoogleAnswer<Grant>> Exchange(string code, string verifier) => Ask<Grant>(async cancellation =>
    {
        var token = await _flow.ExchangeCodeForTokenAsync("", code, verifier, ReturnAddress, cancellation);
        return token.RefreshToken is { Length: > 0 } refresh && AddressIn(token.IdToken) is { } email
            ? new GoogleAnswer<Grant>.Given(new(refresh, email, [.. (token.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)], Access(token)))
            : new GoogleAnswer<Grant>.Refused("Google's answer lacks the token or the address.");
    });

    public Task<GoogleAnswer<AccessToken>> Refresh(string refreshToken) => Ask(async cancellation =>
        (GoogleAnswer<AccessToken>)new GoogleAnswer<AccessToken>.Given(Access(await _flow.RefreshTokenAsync("", refreshToken, cancellation))));

    /// <summary>Given, also when there was nothing to revoke any more.</summary>
    public Task<GoogleAnswer<bool>> Revoke(string token) => Ask<bool>(async cancellation =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_settings.Revocation}?token={Uri.EscapeDataString(token)}")) { Content = new FormUrlEncodedContent([]) };
        using var response = await _flow.HttpClient.SendAsync(request, cancellation);
        var gone = response.StatusCode == HttpStatusCode.BadRequest && (await response.Content.ReadAsStringAsync(cancellation)).Contains("invalid_token", StringComparison.Ordinal);
        return response.IsSuccessStatusCode || gone ? new GoogleAnswer<bool>.Given(true) : Failure<bool>(response.StatusCode, null, response.Headers.RetryAfter?.Delta);
    });

    /// <summary>When these calendars are busy. Given null when one of them did not say: an error of one comes in an answer of success.</summary>
    public Task<GoogleAnswer<ImmutableArray<BusyPeriod>?>> Busy(string accessToken, IReadOnlyList<string> calendars, DateTimeOffset from, DateTimeOffset to) =>
        Call(new FreeBusyRequest(_service, accessToken, new(Instant(from), Instant(to), [.. calendars.Select(id => new FreeBusyItem(id))])), answer => BusyTimesIn(answer, calendars));

    public async Task<GoogleAnswer<ImmutableArray<ListedCalendarName>>> Calendars(string accessToken)
    {
        var all = ImmutableArray.CreateBuilder<ListedCalendarName>();
        string? page = null;
        for (var number = 0; number < MostPages; number++)
        {
            var answer = await Call(new CalendarListRequest(_service, accessToken) { PageToken = page }, list => list);
            if (answer is not GoogleAnswer<CalendarList>.Given { Value: var list })
                return answer.Of<ImmutableArray<ListedCalendarName>>();
            all.AddRange((list.Items ?? []).Where(item => item.Id is { Length: > 0 }).Select(item => new ListedCalendarName(item.Id!, item.Summary ?? item.Id!, item.Primary, item.AccessRole == "owner")));
            page = list.NextPageToken;
            if (string.IsNullOrEmpty(page))
                break;
        }

        return new GoogleAnswer<ImmutableArray<ListedCalendarName>>.Given(all.ToImmutable());
    }

    public Task<GoogleAnswer<bool>> Insert(string accessToken, string calendar, CalendarWrite write) =>
        Call(EventRequest.Insert(_service, accessToken, calendar, Event(write) with { Id = EventId(write.Appointment, write.Host) }), _ => true);

    public Task<GoogleAnswer<bool>> Patch(string accessToken, string calendar, CalendarWrite write) =>
        Call(EventRequest.Patch(_service, accessToken, calendar, EventId(write.Appointment, write.Host), Event(write)), _ => true);

    public Task<GoogleAnswer<bool>> Delete(string accessToken, string calendar, CalendarWrite write) =>
        Call(EventRequest.Delete(_service, accessToken, calendar, EventId(write.Appointment, write.Host)), _ => true);

    /// <summary>An event's id is its appointment's in base32hex, so that writing twice cannot make two. The host's comes after it: two may share a calendar, and an appointment that goes from one to the other is an event of each for a while.</summary>
    internal static string EventId(Guid appointment, Guid host) => Base32(appointment) + Base32(host);

    private static string Base32(Guid id)
    {
        const string digits = "0123456789abcdefghijklmnopqrstuv";
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var text = new StringBuilder(26);
        for (var bit = 0; bit < 128; bit += 5)
        {
            var pair = bytes[bit / 8] << 8 | (bit / 8 < 15 ? bytes[bit / 8 + 1] : 0);
            text.Append(digits[pair >> (11 - bit % 8) & 31]);
        }

        return text.ToString();
    }

    private static CalendarEvent Event(CalendarWrite write) => new(
        // Confirmed also where the host threw it away: what is booked stands in the calendar.
        null, "confirmed", write.Title, write.Description, write.Location, new(Instant(write.Start), write.ZoneId), new(Instant(write.End), write.ZoneId),
        write.GuestEmail is { } guest ? [new(guest.Value, write.GuestName)] : null, GuestsCanInviteOthers: false);

    private static ImmutableArray<BusyPeriod>? BusyTimesIn(FreeBusyAnswer answer, IReadOnlyList<string> calendars)
    {
        var all = new List<BusyPeriod>();
        foreach (var id in calendars)
        {
            if (answer.Calendars?.GetValueOrDefault(id) is not { } calendar || calendar.Errors is { Count: > 0 } || calendar.Busy is null)
                return null;
            foreach (var time in calendar.Busy)
            {
                if (!TryInstant(time.Start, out var start) || !TryInstant(time.End, out var end))
                    return null;
                if (end > start)
                    all.Add(new(start, end));
            }
        }

        return [.. all.OrderBy(period => period.Start)];
    }

    private Task<GoogleAnswer<TValue>> Call<TAnswer, TValue>(GoogleRequest<TAnswer> request, Func<TAnswer, TValue> read) => Ask(
        async cancellation => (GoogleAnswer<TValue>)new GoogleAnswer<TValue>.Given(read(await request.ExecuteAsync(cancellation))), () => request.RetryAfter);

    private async Task<GoogleAnswer<T>> Ask<T>(Func<CancellationToken, Task<GoogleAnswer<T>>> ask, Func<TimeSpan?>? after = null)
    {
        using var time = new CancellationTokenSource(s_patience, _clock);
        try
        {
            return await ask(time.Token);
        }
        catch (TokenResponseException refusal)
        {
            return refusal.Error?.Error == "invalid_grant" ? new GoogleAnswer<T>.Ended() : Failure<T>(refusal.StatusCode ?? HttpStatusCode.BadGateway, refusal.Error?.Error, null);
        }
        catch (GoogleApiException refusal)
        {
            return Failure<T>(refusal.HttpStatusCode, refusal.Error?.Errors is [{ Reason: var reason }, ..] ? reason : null, after?.Invoke());
        }
        catch (OperationCanceledException)
        {
            return new GoogleAnswer<T>.Later("Google did not answer in time.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new GoogleAnswer<T>.Later("Google cannot be reached.");
        }
        catch (Exception failure) when (failure is Newtonsoft.Json.JsonException or JsonException or FormatException)
        {
            return new GoogleAnswer<T>.Later("Google's answer cannot be read.");
        }
    }

    private static GoogleAnswer<T> Failure<T>(HttpStatusCode status, string? reason, TimeSpan? after) => ((int)status, reason) switch
    {
        (401, _) => new GoogleAnswer<T>.Unauthorised(),
        (404 or 410, _) => new GoogleAnswer<T>.Missing(),
        (409, _) => new GoogleAnswer<T>.Exists(),
        (429 or >= 500 or 408 or < 400, _) or (403, "rateLimitExceeded" or "userRateLimitExceeded" or "quotaExceeded" or "calendarUsageLimitsExceeded" or "backendError") =>
            new GoogleAnswer<T>.Later(Said(status, reason), after > s_longestWait ? s_longestWait : after),
        _ => new GoogleAnswer<T>.Refused(Said(status, reason)),
    };

    // Only words that Google's list of errors could have: whatever else it says may quote what was sent.
    private static string Said(HttpStatusCode status, string? reason) =>
        reason is { Length: > 0 and <= 40 } && reason.All(c => char.IsAsciiLetter(c) || c == '_') ? $"Google answered {(int)status} {reason}." : $"Google answered {(int)status}.";

    private AccessToken Access(TokenResponse token) =>
        new(token.AccessToken ?? throw new FormatException("There is no access token in the answer."), _clock.GetUtcNow() + TimeSpan.FromSeconds(token.ExpiresInSeconds ?? 0));

    // It comes from Google itself over TLS, so its signature says nothing more (OpenID Connect Core, 3.1.3.7).
    private EmailAddress? AddressIn(string? idToken)
    {
        if (idToken?.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload))
            return null;
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        return claims.RootElement.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.String && audience.GetString() == _settings.ClientId
            && claims.RootElement.TryGetProperty("email", out var email) && email.ValueKind == JsonValueKind.String && EmailAddress.TryParse(email.GetString(), out var address) ? address : null;
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool TryInstant(string? text, out DateTimeOffset at) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);

    private sealed class Addresses(GoogleSettings settings) : GoogleAuthorizationCodeFlow.Initializer(settings.Consent.ToString(), settings.Token.ToString(), settings.Revocation.ToString());

    private sealed class LibraryClock(TimeProvider clock) : IClock
    {
        public DateTime Now => clock.GetLocalNow().DateTime;

        public DateTime UtcNow => clock.GetUtcNow().UtcDateTime;
    }
}

/// <param name="Refresh">Lasts until somebody takes it back.</param>
public sealed record Grant(string Refresh, EmailAddress Email, ImmutableArray<string> Scopes, AccessToken Access)
{
    public bool Has(string scope) => Scopes.Contains(scope);
}

public sealed record AccessToken(string Value, DateTimeOffset Until);

public sealed record ListedCalendarName(string Id, string Name, bool IsPrimary, bool IsOwned);
