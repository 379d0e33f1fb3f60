namespace Backsoon.Booking;

/// <summary>Where the pages of booking are: on the desk, or in a frame on the business's own site. Only the latter may be framed.</summary>
public sealed record BookRoot(string Path, bool IsFrame)
{
    public static readonly BookRoot Desk = new("/book", IsFrame: false);
    public static readonly BookRoot Frame = new("/embed", IsFrame: true);

    /// <summary>Nobody is signed in here and nothing depends on a cookie, so whoever frames these pages wins nothing by it.</summary>
    public void Protect(HttpResponse response)
    {
        if (IsFrame)
            response.Headers.ContentSecurityPolicy = response.Headers.ContentSecurityPolicy.ToString().Replace("frame-ancestors 'none'", "frame-ancestors *", StringComparison.Ordinal);
    }
}
