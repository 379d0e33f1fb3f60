namespace Backsoon;

/// <summary>Why a back end does not start, in words for the operator.</summary>
public sealed class StartRefusedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The database cannot be reached, or does not want us.</summary>
    public static StartRefusedException NotLetIn(Exception failure) =>
        new($"The database that BACKSOON_DATABASE names does not let us in: {failure.Message}. Check the connection string, and that the server runs and knows the database and the role.", failure);

    public static StartRefusedException Newer(InvalidOperationException newer) => new($"{newer.Message} Start the newer version, or restore a backup from before it.", newer);
}
