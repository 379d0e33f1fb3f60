using Backsoon.Accounts;
using Backsoon.Billing;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Operators;
using Backsoon.Promises;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>Every page, by host: one line a feature.</summary>
public static class Pages
{
    public static void MapPages(this WebApplication web)
    {
        var site = web.MapSite();
        site.MapHome();
        site.MapDevelopmentMail();
        site.MapPrivacy();
        site.MapPromises();
        site.MapWebhooks();
        site.MapStripeWebhook();

        var app = web.MapApp();
        app.MapAppRobots();
        app.MapSignUp();
        app.MapSignIn();
        app.MapMagicLink();
        app.MapHostFeed();
        app.MapDeletion();
        app.MapTakeout();
        app.MapSeal();

        var members = app.ForMembers();
        members.MapBoard();
        members.MapMailStanding();
        members.MapHistory();
        members.MapAgenda();
        members.MapBookings();
        members.MapBookingsAppointment();
        members.MapBookingsNew();
        members.MapBookingsBlock();
        members.MapServices();
        members.MapCalendars();
        members.MapGoogle();
        members.MapHosts();
        members.MapHostHours();
        members.MapHostFeedLinks();
        members.MapNumbers();
        members.MapExport();
        members.MapImport();
        members.MapRequest();
        members.MapRequestPhotos();
        members.MapVendors();
        members.MapVendorLinks();
        members.MapVendorHours();
        members.MapSubjects();
        members.MapCategories();
        members.MapCoverage();
        members.MapWho();
        members.MapRules();
        members.MapYourPage();
        members.MapWelcome();
        members.MapSettings();
        members.MapBilling();
        members.MapHours();
        members.MapAway();

        var leavers = app.ForMembers(evenWhenClosed: true);
        leavers.MapLeave();
        leavers.MapArchive();
        leavers.MapSessions();
        leavers.MapDataRequests();
        leavers.MapLooks();

        if (web.MapConsole() is { } console)
        {
            console.MapConsoleSignIn();
            var operators = console.ForOperators();
            operators.MapOverview();
            operators.MapTenants();
            operators.MapUpkeep();
            operators.MapKeys();
            operators.MapAudit();
        }

        var desks = web.MapDesks();
        desks.MapDesk();
        desks.MapYourData();

        var taking = desks.WhileOpen();
        taking.MapBook();

        var going = desks.UntilClosed();
        going.MapStatus();
        going.MapStatusWrite();
        going.MapVendor();
        going.MapVendorWrite();
        going.MapVendorDesk();
        going.MapPhotos();
        going.MapAppointment();
        going.MapAppointmentMove();
    }
}
