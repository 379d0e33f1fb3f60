using System.Net;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>More than the database can answer: whoever comes too late is told so at once, and the rest goes on.</summary>
public sealed class CrowdTests(CrowdTests.PatientDesk desk) : IClassFixture<CrowdTests.PatientDesk>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task While_too_many_wait_for_the_database_others_are_turned_away_at_once_and_nobody_when_they_are_through()
    {
        var business = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(business.Address())).Status);
        var addresses = new List<string>();
        for (var each = 0; each < Crowd.Most + 100; each++)
            addresses.Add(business.Address($"/s/{await business.Sign(TokenPurpose.Status, TimeSpan.FromDays(1), business.Scope.Id.Value, $"{Guid.CreateVersion7(desk.Clock.GetUtcNow()):n}")}"));

        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var connection = await database.OpenConnectionAsync();
        await using var held = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table dispatch in access exclusive mode", connection, held))
            await command.ExecuteNonQueryAsync();
        var flood = addresses.ConvertAll(address => caller.Get(address));
        var crowd = desk.Services.GetRequiredService<Crowd>();
        for (var since = TimeProvider.System.GetTimestamp(); !crowd.IsFull; await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System))
            Assert.True(TimeProvider.System.GetElapsedTime(since) < s_patience, "So many wait.");

        using var late = desk.Browser();
        var refused = await late.Get(addresses[0]);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Back in a moment"), (refused.Status, refused.Heading));
        Assert.Equal("5", refused.Header("Retry-After"));
        // It was not the wait for a connection that ended: those before it still wait.
        Assert.True(crowd.IsFull);
        // What is in memory is shown to everybody, and whoever watches over the machine is answered.
        Assert.Equal(HttpStatusCode.OK, (await late.Get(business.Address())).Status);
        Assert.Equal(HttpStatusCode.OK, (await late.Get(desk.Site.Home("/healthz"))).Status);

        await held.RollbackAsync();
        await Task.WhenAll(flood);
        Assert.False(crowd.IsFull);
        Assert.Equal(HttpStatusCode.NotFound, (await late.Get(addresses[0])).Status);
    }

    /// <summary>Where a connection is waited for longer than a busy machine takes to bring all of them to the door.</summary>
    public sealed class PatientDesk : FrontDesk
    {
        protected override void Change(WebApplicationBuilder builder)
        {
            var shared = Assert.IsAssignableFrom<NpgsqlDataSource>(builder.Services.Last(service => service.ServiceType == typeof(NpgsqlDataSource)).ImplementationInstance);
            var patient = new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = new NpgsqlConnectionStringBuilder(shared.ConnectionString).MaxPoolSize, Timeout = 30 };
            builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(patient.ConnectionString));
        }
    }
}
