using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>What is said to a guest where there is nothing to book.</summary>
public static class BookReply
{
    public static IResult Off(HttpContext context, BookingView view) => context.Page<DeskNotice>(
        new { Title = "No appointments are booked here", Says = "This business does not take bookings on its page at the moment.", Business = view.Profile.Settings.BusinessName, Href = "/", Label = "To their page" }, StatusCodes.Status404NotFound);

    /// <summary>The link was not made here, was cut off, or is another desk's.</summary>
    public static IResult Broken(HttpContext context) => context.Page<DeskNotice>(
        new { Title = "This page is not there any more", Says = "A character of its address may be missing or changed. Nothing has been booked by it.", Href = "/book", Label = "Choose a time" }, StatusCodes.Status404NotFound);

    public static IResult Notice(HttpContext context, BookingView view, BookRoot root, int status, string title, string says, string query = "", string label = "See what can be booked") =>
        context.Page<DeskNotice>(new { Title = title, Says = says, Business = view.Profile.Settings.BusinessName, Href = $"{root.Path}{query}", Label = label }, status);

    /// <summary>A page that may be shown again as it was when somebody goes back to it, with the id of their form: the time that is kept for it is then theirs to press again.</summary>
    public static IResult Returnable(HttpContext context, IResult page)
    {
        context.Response.Headers.CacheControl = "private, max-age=0";
        return page;
    }
}
