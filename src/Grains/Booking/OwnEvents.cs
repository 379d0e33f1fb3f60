namespace Backsoon.Booking;

/// <summary>Appointments made here stand in the host's calendar as events, and so come back as busy times. What takes their time is known from the rows; as busy times they would shut out the next seat of the same start, and a move by half an hour.</summary>
internal static class OwnEvents
{
    /// <summary>What is busy beside these appointments.</summary>
    public static BusySnapshot Without(this BusySnapshot calendar, IEnumerable<Sitting> appointments)
    {
        if (calendar.Busy.IsEmpty)
            return calendar;

        var own = new Spans<Sitting>(appointments, one => one.Start, one => one.End);
        var busy = new List<BusyPeriod>(calendar.Busy.Length);
        foreach (var period in calendar.Busy)
        {
            var from = period.Start;
            foreach (var appointment in own.Touching(period.Start, period.End))
            {
                if (appointment.Start > from)
                    busy.Add(new(from, appointment.Start));
                if (appointment.End > from)
                    from = appointment.End;
            }

            if (from < period.End)
                busy.Add(new(from, period.End));
        }

        return calendar with { Busy = [.. busy] };
    }
}
