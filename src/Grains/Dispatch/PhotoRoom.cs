namespace Backsoon.Dispatch;

/// <summary>How much of this process's memory photos on their way in may hold together.</summary>
public sealed class PhotoRoom
{
    public const long Bytes = 128L * 1024 * 1024;

    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= Bytes)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
