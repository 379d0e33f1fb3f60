namespace Backsoon.Booking;

/// <summary>One host's way in: the access token of the hour, renewed when it is over, and once when it is not taken any more.</summary>
internal sealed class CalendarAccess(GoogleCalendar google, string refreshToken, TimeProvider clock)
{
    private static readonly TimeSpan s_spare = TimeSpan.FromMinutes(1);

    private AccessToken? _token;
    private Task<GoogleAnswer<AccessToken>>? _renewing;

    public GoogleCalendar Google => google;

    /// <summary>From then on nothing is asked any more: whoever took it back is not bothered.</summary>
    public bool IsOver { get; private set; }

    public async Task<GoogleAnswer<T>> Ask<T>(Func<string, Task<GoogleAnswer<T>>> ask)
    {
        GoogleAnswer<T> answer = new GoogleAnswer<T>.Unauthorised();
        AccessToken? spent = null;
        for (var attempt = 0; attempt < 2 && answer is GoogleAnswer<T>.Unauthorised; attempt++)
        {
            var renewed = await Token(spent);
            if (renewed is not GoogleAnswer<AccessToken>.Given { Value: var token })
                return renewed is GoogleAnswer<AccessToken>.Ended ? new GoogleAnswer<T>.Ended() : new GoogleAnswer<T>.Later(Said(renewed));
            answer = await ask(token.Value);
            spent = token;
        }

        return answer is GoogleAnswer<T>.Unauthorised ? new GoogleAnswer<T>.Later("Google does not take a token that it has just given.") : answer;
    }

    private Task<GoogleAnswer<AccessToken>> Token(AccessToken? spent)
    {
        if (IsOver)
            return Task.FromResult<GoogleAnswer<AccessToken>>(new GoogleAnswer<AccessToken>.Ended());
        if (_token is { } token && token != spent && token.Until - s_spare > clock.GetUtcNow())
            return Task.FromResult<GoogleAnswer<AccessToken>>(new GoogleAnswer<AccessToken>.Given(token));
        return _renewing ??= Renew();
    }

    private async Task<GoogleAnswer<AccessToken>> Renew()
    {
        try
        {
            // What is asked for by many at once is asked for once.
            await Task.Yield();
            var answer = await google.Refresh(refreshToken);
            IsOver |= answer is GoogleAnswer<AccessToken>.Ended;
            _token = answer is GoogleAnswer<AccessToken>.Given { Value: var token } ? token : null;
            return answer;
        }
        finally
        {
            _renewing = null;
        }
    }

    private static string Said(GoogleAnswer<AccessToken> answer) => answer switch
    {
        GoogleAnswer<AccessToken>.Later later => later.Detail,
        GoogleAnswer<AccessToken>.Refused refused => refused.Detail,
        _ => "Google does not know this installation: whoever runs it has to look at its credentials.",
    };
}
