using System.Diagnostics;
using System.Globalization;

namespace Backsoon;

/// <summary>Processor time so far, in seconds: of the product, of the database's server, of this program, and of all that runs here; NaN for what is elsewhere.</summary>
public readonly record struct Machine(double Product, double Database, double Load, double All)
{
    // Of /proc, on every Linux there is.
    private const double TicksPerSecond = 100;

    public static Machine Now(Process product, int? postmaster)
    {
        product.Refresh();
        using var self = Process.GetCurrentProcess();
        return new Machine(product.TotalProcessorTime.TotalSeconds, postmaster is { } server ? OfTree(server) : double.NaN, self.TotalProcessorTime.TotalSeconds, Everything());
    }

    public static Machine operator -(Machine later, Machine earlier) => new(later.Product - earlier.Product, later.Database - earlier.Database, later.Load - earlier.Load, later.All - earlier.All);

    // Of the server, of those of its back ends that are over, and of those that live.
    private static double OfTree(int server)
    {
        var ticks = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            if (Fields(Path.Combine(folder, "stat")) is not { } fields)
                continue;
            if (Path.GetFileName(folder) == server.ToString(CultureInfo.InvariantCulture))
                ticks += fields[11] + fields[12] + fields[13] + fields[14];
            else if (fields[1] == server)
                ticks += fields[11] + fields[12];
        }

        return ticks / TicksPerSecond;
    }

    // What comes after the name: state, parent, …, utime, stime, cutime, cstime. Null when the process is over.
    private static double[]? Fields(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return [0, .. text[(text.LastIndexOf(')') + 4)..].Split(' ').Select(field => double.TryParse(field, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Everything()
    {
        var first = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        // Without idle and waiting; guests are counted in user.
        return (first[0] + first[1] + first[2] + first[5] + first[6]) / TicksPerSecond;
    }
}
