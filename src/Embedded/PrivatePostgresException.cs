namespace Backsoon.Embedded;

/// <summary>What keeps the private database from running, in words for the operator.</summary>
public sealed class PrivatePostgresException(string message, Exception? cause = null) : Exception(message, cause);
