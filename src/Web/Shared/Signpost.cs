using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>Says in Development where to look, once everything answers.</summary>
public sealed class Signpost(IGrainFactory grains, Site site) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var demo = Slug.Parse(IDemoGrain.Slug);
        var lines = new List<string> { "", "Backsoon runs, on this machine only. Stop it with Ctrl-C.", "", $"  Start here             {site.Home()}" };
        if (await grains.Slug(demo).Resolve() is not null)
        {
            lines.Add($"  A business's page      {site.Desk(demo)}");
            lines.Add($"  Its owner's dashboard  {site.App($"/sign-in?email={IDemoGrain.Owner}")}");
        }

        if (await grains.GetGrain<IDevelopmentMailboxGrain>("development-mailbox/all").IsInUse())
            lines.Add($"  Every mail it sends    {site.Home("/dev/mail")}   (none leaves this machine; links to sign in are there too)");
        Console.WriteLine(string.Join(Environment.NewLine, lines) + Environment.NewLine);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
