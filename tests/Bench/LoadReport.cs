using System.Globalization;

namespace Backsoon;

/// <summary>What one kind of errand took in one stage.</summary>
public sealed record ErrandReport(string Name, long Done, double P50, double P90, double P99, double P999, double Most, IReadOnlyDictionary<string, int> Errors)
{
    public static ErrandReport Of(Errand errand)
    {
        double At(double part) => Math.Round(errand.Latency.At(part).TotalMilliseconds, 2);
        return new ErrandReport(errand.Name, errand.Latency.Count, At(0.5), At(0.9), At(0.99), At(0.999), Math.Round(errand.Latency.Most.TotalMilliseconds, 2), new SortedDictionary<string, int>(errand.Errors.ToDictionary()));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"  {Name,-16}{Done,9:N0}{P50,10:N1}{P90,10:N1}{P99,10:N1}{P999,10:N1}{Most,10:N1}{(Errors.Count == 0 ? "" : $"   FAILED: {string.Join(", ", Errors.Select(error => $"{error.Value} × {error.Key}"))}")}");
}

/// <summary>One stage of the load: what was asked for, what came of it, and what it cost.</summary>
/// <param name="Rate">Requests a second that were to be sent.</param>
/// <param name="Sent">How many it came to be: they come at random.</param>
/// <param name="Achieved">Requests a second that were answered well.</param>
/// <param name="LateP99">How late this program itself was in sending, in milliseconds: what is less than that was not measured.</param>
/// <param name="Cost">Seconds of processor time.</param>
/// <param name="Product">Milliseconds of the product's processor time a request, and of the database's.</param>
/// <param name="Hellos">How many requests to a bare Kestrel take as much processor time as one of these to the product.</param>
/// <param name="WorkingSet">Bytes.</param>
/// <param name="Heap">Bytes after the last collection.</param>
/// <param name="Allocated">Bytes a request.</param>
/// <param name="Stored">Bytes a request by which the database grew.</param>
/// <param name="Logged">Bytes a request of the write-ahead log.</param>
/// <param name="Commits">Transactions a request.</param>
/// <param name="Connections">To the database.</param>
public sealed record Stage(
    double Rate, double Sent, double Achieved, double LateP99, Machine Cost, double Product, double Database, double Hellos, long WorkingSet, double Heap, double Allocated, double Stored, double Logged, double Commits,
    int Connections, int Watching, IReadOnlyList<ErrandReport> Errands, IReadOnlyList<string> Scanned, IReadOnlyList<string> Statements)
{
    private const double Bent = 500;
    private const double Enough = 0.95;

    /// <summary>What bends at this rate; null when nothing does.</summary>
    public string? Bends
    {
        get
        {
            var slow = Errands.Where(errand => errand.P99 > Bent).OrderByDescending(errand => errand.P99).Select(errand => string.Create(CultureInfo.InvariantCulture, $"{errand.Name} (p99 {errand.P99:N0} ms)"));
            var failed = Errands.Where(errand => errand.Errors.Count > 0).Select(errand => $"{errand.Name} ({string.Join(", ", errand.Errors.Select(error => $"{error.Value} × {error.Key}"))})");
            string[] all = [.. slow, .. failed];
            return all.Length > 0 ? string.Join(", ", all) : Achieved < Enough * Sent ? "the whole: fewer are answered than are sent" : null;
        }
    }

    public IEnumerable<string> Lines()
    {
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        yield return Text($"{Rate:N0} a second were meant, {Sent:N1} a second were sent, {Achieved:N1} a second were answered. This program was {LateP99:N1} ms late in sending (p99). Milliseconds from when each was meant to be sent:");
        yield return $"  {"",-16}{"count",9}{"p50",10}{"p90",10}{"p99",10}{"p99.9",10}{"max",10}";
        foreach (var errand in Errands)
            yield return errand.ToString();
        yield return Text($"  a request: {Product:N2} ms of the product's processor time, {Database:N2} ms of the database's; as much as {Hellos:N0} requests to a bare Kestrel");
        yield return Text($"  processor: {Cost.Product:N1} s product, {Cost.Database:N1} s database, {Cost.Load:N1} s this program, {Math.Max(0, Cost.All - Cost.Product - (double.IsNaN(Cost.Database) ? 0 : Cost.Database) - Cost.Load):N1} s others");
        yield return Text($"  memory:    {WorkingSet / 1048576.0:N0} MB working set, {Heap / 1048576:N0} MB heap after the last collection, {Allocated / 1024:N0} KB allocated a request");
        yield return Text($"  database:  {Stored:N0} bytes a request grown, {Logged:N0} bytes of log, {Commits:N2} transactions, {Connections} connections; {Watching} live boards");
        foreach (var line in Scanned)
            yield return $"  read whole: {line}";
        foreach (var line in Statements)
            yield return $"  statement: {line}";
    }
}
