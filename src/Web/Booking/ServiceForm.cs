using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A service as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one service.</param>
public sealed record ServiceForm(
    Guid Id, string Name, string About, string Length, string Before, string After, string Price, string Kind, string Place, ImmutableArray<TypedQuestion> Questions, TypedTime Notice, string Ahead, string Step, string Cap,
    string Seats, ImmutableArray<Guid> Hosts, TypedTime ChangeNotice, bool Active)
{
    /// <summary>Rows that are shown empty for further questions.</summary>
    private const int Spare = 2;

    public static readonly Option[] Kinds = [new("address", "At a place"), new("phone", "By telephone"), new("video", "By video")];

    public static ServiceForm New(Guid id, ImmutableArray<Guid> hosts) => new(
        id, "", "", "30", "0", "0", "", "address", "", [], TypedTime.Of(TimeSpan.FromHours(4)), "60", "30", "", "1", hosts, TypedTime.Of(TimeSpan.FromDays(1)), true);

    public static ServiceForm Of(Service saved) => new(
        saved.Id, saved.Name, saved.About ?? "", Minutes(saved.Length), Minutes(saved.BufferBefore), Minutes(saved.BufferAfter), saved.Price ?? "", Kinds[(int)saved.Place.Kind].Value, saved.Place.Text,
        [.. saved.Questions.Select(question => new TypedQuestion(question.Label, question.Required))], TypedTime.Of(saved.MinNotice), Number(saved.MaxDays), Minutes(saved.Step),
        saved.DailyCap is { } cap ? Number(cap) : "", Number(saved.Seats), saved.Hosts, TypedTime.Of(saved.ChangeNotice), saved.Active);

    public static ServiceForm Of(IFormCollection form, Guid id, BookingView view, bool active) => new(
        id, form.Line("name"), form.Text("about").ReplaceLineEndings("\n"), form.Line("length"), form.Line("before"), form.Line("after"), form.Line("price"), form.Line("kind"), form.Line("place"),
        [.. Enumerable.Range(0, Service.MaxQuestions).Select(i => new TypedQuestion(form.Line(TypedQuestion.Field(i)), form.IsChecked(TypedQuestion.Needed(i))))],
        TypedTime.Of(form, "notice"), form.Line("ahead"), form.Line("step"), form.Line("cap"), form.Line("seats"), [.. view.Hosts.Where(host => form.IsChecked(HostField(host.Id))).Select(host => host.Id)],
        TypedTime.Of(form, "change"), active);

    public static string HostField(Guid host) => $"host-{host:n}";

    /// <summary>Starts as far apart as it lasts, within what a step may be.</summary>
    public static string StepFor(TimeSpan length) => Minutes(length > TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(30) : length);

    /// <summary>The questions with some empty rows to type more into.</summary>
    public IEnumerable<TypedQuestion> Rows => Questions.Reverse().SkipWhile(question => question.Label.Length == 0).Reverse().Concat(Enumerable.Repeat(TypedQuestion.Empty, Spare)).Take(Service.MaxQuestions);

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public Service? Read(FormErrors errors, ImmutableArray<Host> hosts)
    {
        errors.Need("name", Name, Service.MaxName, "Type what guests book, like Viewing or Consultation.");
        errors.Fit("about", About, Service.MaxAbout);
        errors.Fit("price", Price, Service.MaxPrice);
        errors.Fit("place", Place, Booking.Place.MaxText);
        var kind = Array.FindIndex(Kinds, option => option.Value == Kind);
        if (kind < 0)
            errors.Add("kind", "Choose one of the three.");
        foreach (var (question, i) in Questions.Select((question, i) => (question, i)))
            errors.Fit(TypedQuestion.Field(i), question.Label, Question.MaxLabel);
        if (Hosts.IsEmpty)
            errors.Add("hosts", hosts.IsEmpty ? "There is no host yet. Add one first." : "Choose at least one host.");
        var service = new Service(
            Id, Name, Active, TypedTime.Minutes(errors, "length", Length, Service.Shortest, Service.Longest), TypedTime.Minutes(errors, "before", Before, TimeSpan.Zero, Service.LongestBuffer),
            TypedTime.Minutes(errors, "after", After, TimeSpan.Zero, Service.LongestBuffer), Price.OrNull(), new Place((PlaceKind)Math.Max(kind, 0), Place),
            [.. Questions.Where(question => question.Label.Length > 0).Select(question => new Question(question.Label, question.Required))], Notice.Read(errors, "notice", TimeSpan.Zero, Service.LongestNotice),
            TypedTime.Count(errors, "ahead", Ahead, 1, Service.MostDays), TypedTime.Minutes(errors, "step", Step, Service.Shortest, Service.Longest),
            Cap.Length == 0 ? null : TypedTime.Count(errors, "cap", Cap, 1, Service.MostADay), TypedTime.Count(errors, "seats", Seats, 1, Service.MostSeats), Hosts,
            ChangeNotice.Read(errors, "change", TimeSpan.Zero, Service.LongestNotice), About.OrNull());
        return errors.Any ? null : service;
    }

    private static string Minutes(TimeSpan time) => Number((int)time.TotalMinutes);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A question as typed.</summary>
public sealed record TypedQuestion(string Label, bool Required)
{
    public static readonly TypedQuestion Empty = new("", false);

    public static string Field(int row) => $"question-{row}";

    public static string Needed(int row) => $"needed-{row}";
}
