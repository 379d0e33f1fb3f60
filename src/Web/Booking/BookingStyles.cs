using Backsoon.Shared;
using Microsoft.AspNetCore.Components;

namespace Backsoon.Booking;

/// <summary>The style sheets of the dashboard's pages about bookings, for a layout's head.</summary>
public static class BookingStyles
{
    private static readonly string s_address = Styles.Address("bookings.css");

    public static readonly RenderFragment Link = head =>
    {
        head.AddContent(0, Dispatch.BoardStyles.Link);
        head.AddMarkupContent(1, $"<link rel=\"stylesheet\" href=\"{s_address}\">");
    };
}
