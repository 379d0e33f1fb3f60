using System.Reflection;
using Backsoon.Accounts;

namespace Backsoon.Operators;

/// <summary>Who is signed in to the console. An endpoint of the operators' group takes it as a parameter.</summary>
public sealed record Operator(string Name, string SessionKey, DateTimeOffset ExpiresAt, TokenKeys Keys)
{
    /// <summary>What the form that is sent to this path carries; worth nothing for any other.</summary>
    public string FormToken(string path) => Keys.Sign(TokenPurpose.ConsoleForm, ExpiresAt, SessionKey, path);

    public static ValueTask<Operator?> BindAsync(HttpContext context, ParameterInfo _) => ValueTask.FromResult(context.Items[typeof(Operator)] as Operator);
}
