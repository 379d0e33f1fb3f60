using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>Brings events into one host's calendar: each appointment's newest, so that none is overtaken by an older one.</summary>
internal sealed class CalendarDelivery(CalendarRows rows, TenantId tenant, Guid host, TimeProvider clock)
{
    private const int Batch = 32;
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(15);

    private int _failures;

    /// <param name="chosen">Where new events go.</param>
    public async Task Deliver(CalendarAccess access, string chosen)
    {
        var began = clock.GetTimestamp();
        List<DueWrite> due;
        do
        {
            due = await rows.Due(tenant, host, Batch);
            foreach (var write in due)
            {
                if (!await Deliver(write, access, chosen) || clock.GetElapsedTime(began) > s_slice)
                    return;
            }
        }
        while (due.Count == Batch);
    }

    /// <returns>False when it is no use to go on.</returns>
    private async Task<bool> Deliver(DueWrite due, CalendarAccess access, string chosen)
    {
        var answer = due.Sequence <= due.Written ? new GoogleAnswer<bool>.Given(true) : await (due.Write.Kind == CalendarWriteKind.Put ? Put(due, access, chosen) : Delete(due, access, chosen));
        switch (answer)
        {
            case GoogleAnswer<bool>.Given:
                _failures = 0;
                await rows.Written(due.Write);
                return true;
            case GoogleAnswer<bool>.Ended:
                // Counts as no attempt: it waits until there is access again.
                return false;
            case GoogleAnswer<bool>.Later later:
                var wait = RetrySchedule.AfterAttempt(due.Attempts + 1, later.After, Random.Shared.NextDouble());
                await rows.Failed(due.Write, clock.GetUtcNow() + wait, later.Detail);
                await rows.Pause(tenant, host, clock.GetUtcNow() + RetrySchedule.AfterFailures(++_failures, later.After, Random.Shared.NextDouble()));
                return false;
            case GoogleAnswer<bool>.Refused refused:
                await rows.Failed(due.Write, null, refused.Detail);
                return true;
            default:
                await rows.Failed(due.Write, null, "The calendar is not there any more, or is not yours to write to.");
                return true;
        }
    }

    private async Task<GoogleAnswer<bool>> Put(DueWrite due, CalendarAccess access, string chosen)
    {
        var calendar = due.Calendar ?? chosen;
        if (due.Written >= 0)
        {
            var moved = await access.Ask(token => access.Google.Patch(token, calendar, due.Write));
            if (moved is not GoogleAnswer<bool>.Missing)
                return moved;
            calendar = chosen;
        }

        var made = await Make(due, access, calendar);
        return made is GoogleAnswer<bool>.Missing && calendar != chosen ? await Make(due, access, chosen) : made;
    }

    private async Task<GoogleAnswer<bool>> Make(DueWrite due, CalendarAccess access, string calendar)
    {
        await rows.Place(due.Write, calendar);
        var made = await access.Ask(token => access.Google.Insert(token, calendar, due.Write));
        return made is GoogleAnswer<bool>.Exists ? await access.Ask(token => access.Google.Patch(token, calendar, due.Write)) : made;
    }

    private static async Task<GoogleAnswer<bool>> Delete(DueWrite due, CalendarAccess access, string chosen)
    {
        var answer = await access.Ask(token => access.Google.Delete(token, due.Calendar ?? chosen, due.Write));
        return answer is GoogleAnswer<bool>.Missing ? new GoogleAnswer<bool>.Given(true) : answer;
    }
}
