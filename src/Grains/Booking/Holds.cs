namespace Backsoon.Booking;

/// <summary>Slots of one host that are kept for forms, in memory: one a form, for some minutes.</summary>
public sealed class Holds
{
    // Nobody who means to book holds that many at once; a flood of holds must not close a desk, nor fill the memory.
    public const int Most = 200;

    private readonly Dictionary<Guid, (Sitting Slot, DateTimeOffset Until)> _held = [];

    /// <summary>What is held now, for forms other than this one.</summary>
    public IEnumerable<Sitting> Others(Guid? form, DateTimeOffset now) => _held.Where(held => held.Key != form && held.Value.Until > now).Select(held => held.Value.Slot);

    /// <summary>Null when too many are held.</summary>
    public DateTimeOffset? Keep(Guid form, Sitting slot, DateTimeOffset now)
    {
        foreach (var over in _held.Where(held => held.Value.Until <= now).Select(held => held.Key).ToArray())
            _held.Remove(over);
        if (_held.Count >= Most && !_held.ContainsKey(form))
            return null;
        var until = now + IScheduleGrain.HoldTime;
        _held[form] = (slot, until);
        return until;
    }

    public void Release(Guid form) => _held.Remove(form);
}
