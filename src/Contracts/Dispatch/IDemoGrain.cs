namespace Backsoon.Dispatch;

/// <summary>The demo business of a first start in Development: a lettings office with some weeks of history.</summary>
/// <remarks>Key: <c>demo/harbour</c>. Never called in production.</remarks>
[Alias("dispatch.demo")]
public interface IDemoGrain : IGrainWithStringKey
{
    public const string Key = "demo/harbour";
    public const string Slug = "harbour";
    public const string Owner = "maria@harbour.example";

    /// <summary>Makes the business unless it is there. Idempotent.</summary>
    [Alias("plant")]
    Task Plant();
}
