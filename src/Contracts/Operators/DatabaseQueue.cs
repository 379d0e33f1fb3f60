namespace Backsoon.Operators;

/// <summary>How many calls of this process wait for a connection to the database. A web node of a cluster has no connections, and none of these.</summary>
public sealed class DatabaseQueue
{
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public void Change(int by) => Interlocked.Add(ref _waiting, by);
}
