using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A subject as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one subject.</param>
public sealed record SubjectForm(Guid Id, string Label, string Reference, bool Active)
{
    public const int LongestLabel = DirectoryLimits.SubjectLabel;
    public const int LongestReference = DirectoryLimits.SubjectReference;

    public static SubjectForm New(DateTimeOffset now) => new(Guid.CreateVersion7(now), "", "", true);

    public static SubjectForm Of(Subject saved) => new(saved.Id, saved.Label, saved.Reference, saved.Active);

    public static SubjectForm Of(IFormCollection form, Guid id, bool active) => new(id, form.Line("label"), form.Line("reference"), active);

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public Subject? Read(FormErrors errors)
    {
        errors.Need("label", Label, LongestLabel, "Type the name that callers know it by.");
        errors.Fit("reference", Reference, LongestReference);
        return errors.Any ? null : new Subject(Id, Label, Reference, Active);
    }
}
