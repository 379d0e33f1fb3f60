using Backsoon.Billing;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Operators;
using Backsoon.Promises;

namespace Backsoon.Tenants;

/// <summary>The grains of one tenant. Their keys are made here and nowhere else, so a page cannot name another tenant's grain by accident.</summary>
public readonly record struct TenantScope(IGrainFactory Grains, TenantId Id)
{
    public ITenantGrain Tenant() => Grains.GetGrain<ITenantGrain>($"tenant/{Id}");

    public ILeavingGrain Leaving() => Grains.GetGrain<ILeavingGrain>($"leaving/{Id}");

    public IDeletionGrain Deletion() => Grains.GetGrain<IDeletionGrain>($"deletion/{Id}");

    public IArchiveGrain Archive() => Grains.GetGrain<IArchiveGrain>($"archive/{Id}");

    public IDirectoryGrain Directory() => Grains.GetGrain<IDirectoryGrain>($"directory/{Id}");

    public IDispatchGrain Dispatch(Guid id) => Grains.GetGrain<IDispatchGrain>($"dispatch/{Id}/{id:n}");

    public IBoardGrain Board() => Grains.GetGrain<IBoardGrain>($"board/{Id}");

    public IHistoryGrain History() => Grains.GetGrain<IHistoryGrain>($"history/{Id}");

    public IExportGrain Export() => Grains.GetGrain<IExportGrain>($"export/{Id}");

    public IVendorDeskGrain VendorDesk(Guid vendor) => Grains.GetGrain<IVendorDeskGrain>($"vendor-desk/{Id}/{vendor:n}");

    public IPhotosGrain Photos() => Grains.GetGrain<IPhotosGrain>($"photos/{Id}");

    public IPhotoUploadGrain PhotoUpload(Guid dispatch, Guid upload) => Grains.GetGrain<IPhotoUploadGrain>($"photo-upload/{Id}/{dispatch:n}/{upload:n}");

    public IImportGrain Import(Guid id) => Grains.GetGrain<IImportGrain>($"import/{Id}/{id:n}");

    public IReturnGrain Return() => Grains.GetGrain<IReturnGrain>($"return/{Id}");

    public INumbersGrain Numbers() => Grains.GetGrain<INumbersGrain>($"numbers/{Id}");

    public IDeliveriesGrain Deliveries() => Grains.GetGrain<IDeliveriesGrain>($"deliveries/{Id}");

    public IBookingGrain Booking() => Grains.GetGrain<IBookingGrain>($"booking/{Id}");

    public IScheduleGrain Schedule(Guid host) => Grains.GetGrain<IScheduleGrain>($"schedule/{Id}/{host:n}");

    public IAppointmentGrain Appointment(Guid id) => Grains.GetGrain<IAppointmentGrain>($"appointment/{Id}/{id:n}");

    public IBookingsGrain Bookings() => Grains.GetGrain<IBookingsGrain>($"bookings/{Id}");

    public ICalendarGrain Calendar(Guid host) => Grains.GetGrain<ICalendarGrain>($"calendar/{Id}/{host:n}");

    public ICalendarsGrain Calendars() => Grains.GetGrain<ICalendarsGrain>($"calendars/{Id}");

    public ISubscriptionGrain Subscription() => Grains.GetGrain<ISubscriptionGrain>($"subscription/{Id}");

    public ILooksGrain Looks() => Grains.GetGrain<ILooksGrain>($"looks/{Id}");

    public IDataRequestsGrain DataRequests() => Grains.GetGrain<IDataRequestsGrain>($"data-requests/{Id}");
}

public static class TenantScopes
{
    public static TenantScope For(this IGrainFactory grains, TenantId tenant) => new(grains, tenant);

    public static ISlugGrain Slug(this IGrainFactory grains, Slug slug) => grains.GetGrain<ISlugGrain>($"slug/{slug}");
}
