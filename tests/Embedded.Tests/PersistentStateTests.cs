using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class PersistentStateTests(Databases databases) : IAsyncLifetime
{
    private TestHost _host = null!;
    private IStoredGrain _grain = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.Start(await databases.Create());
        _grain = _host.Get<IStoredGrain>("stored/one");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_was_written_is_read_by_the_next_activation()
    {
        var kept = new Stored { Name = "Ada", Born = new(1815, 12, 10), Notes = [new("first", TimeSpan.FromHours(1)), new("second", TimeSpan.Zero)] };
        await _grain.Write(kept);
        await _host.Grains.DeactivateAll();
        var (state, etag, exists) = await _grain.Read();
        Assert.Equal((kept.Name, kept.Born, "1", true), (state.Name, state.Born, etag, exists));
        Assert.Equal(kept.Notes, state.Notes);
        Assert.NotSame(kept, state);
    }

    [Fact]
    public async Task A_grain_that_never_wrote_has_fresh_state_and_no_row()
    {
        var (state, etag, exists) = await _grain.Read();
        Assert.Equal(("nobody", null, false), (state.Name, etag, exists));
        Assert.Equal(0, await _host.Scalar<long>("select count(*) from grain_state"));
    }

    [Fact]
    public async Task The_row_is_the_one_Orleans_would_write()
    {
        await _grain.Write(new() { Name = "Ada" });
        await _grain.Write(new() { Name = "Grace" });
        Assert.Equal(
            """backsoon|stored|stored/one|2|{"Name":"Grace","Born":null,"Notes":[]}""",
            await _host.Scalar<string>("select concat_ws('|', service_id, grain_type, grain_key, version, convert_from(payload, 'UTF8')) from grain_state"));
    }

    [Fact]
    public async Task Clearing_deletes_the_row_and_writing_makes_it_anew()
    {
        await _grain.Write(new() { Name = "Ada" });
        await _grain.Clear();
        Assert.Equal(0, await _host.Scalar<long>("select count(*) from grain_state"));
        var (state, etag, exists) = await _grain.Read();
        Assert.Equal(("nobody", null, false), (state.Name, etag, exists));
        await _grain.Clear();
        await _grain.Write(new() { Name = "Grace" });
        Assert.Equal(1, await _host.Scalar<int>("select version from grain_state"));
    }

    [Fact]
    public async Task Fields_of_another_version_are_passed_over_and_missing_ones_keep_their_default()
    {
        await Execute("""insert into grain_state values ('backsoon', 'stored', 'stored/one', '{"Removed":1,"Born":"1906-12-09"}', 7)""");
        var (state, etag, _) = await _grain.Read();
        Assert.Equal(("nobody", new DateOnly(1906, 12, 9), "7"), (state.Name, state.Born, etag));
    }

    [Theory]
    [InlineData("update grain_state set version = version + 1")]
    [InlineData("delete from grain_state")]
    public async Task A_stale_write_is_refused_and_drops_the_activation(string behindItsBack)
    {
        await _grain.Write(new() { Name = "Ada" });
        await Execute(behindItsBack);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _grain.Write(new() { Name = "Grace" }));
        Assert.Equal(0, await _host.Scalar<long>("select count(*) from grain_state where convert_from(payload, 'UTF8') like '%Grace%'"));

        var (state, etag, _) = await _grain.Read();
        Assert.NotEqual("Grace", state.Name);
        Assert.NotEqual("1", etag);
    }

    [Fact]
    public async Task A_first_write_behind_its_back_is_a_conflict_too()
    {
        await _grain.Read();
        await Execute("""insert into grain_state values ('backsoon', 'stored', 'stored/one', '{"Name":"Ada"}', 1)""");
        await Assert.ThrowsAsync<InconsistentStateException>(() => _grain.Write(new() { Name = "Grace" }));
        Assert.Equal("Ada", (await _grain.Read()).State.Name);
    }

    [Fact]
    public async Task A_stale_clear_is_refused()
    {
        await _grain.Write(new() { Name = "Ada" });
        await Execute("update grain_state set version = version + 1");
        await Assert.ThrowsAsync<InconsistentStateException>(_grain.Clear);
        Assert.Equal("Ada", (await _grain.Read()).State.Name);
    }

    [Fact]
    public async Task What_the_database_throws_does_not_leave_the_grain()
    {
        await _grain.Read();
        await Execute("alter table grain_state rename to elsewhere");
        var failed = await Assert.ThrowsAsync<OrleansException>(() => _grain.Write(new()));
        Assert.IsType<PostgresException>(failed.InnerException);
    }

    [Fact]
    public async Task A_record_without_defaults_round_trips()
    {
        var grain = _host.Get<IRecordedGrain>("recorded/one");
        Assert.Null((await grain.Recorded()).Words);
        await grain.Record(new(3, ["one", "two"]));
        await _host.Grains.DeactivateAll();
        var record = await grain.Recorded();
        Assert.Equal(3, record.Count);
        Assert.Equal(["one", "two"], record.Words!);
    }

    private async Task Execute(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

public interface IStoredGrain : IGrainWithStringKey
{
    Task Write(Stored state);

    Task Clear();

    Task<(Stored State, string? Etag, bool Exists)> Read();
}

[GrainType("stored")]
public sealed class StoredGrain([PersistentState("stored")] IPersistentState<Stored> stored) : Grain, IStoredGrain
{
    public async Task Write(Stored state)
    {
        stored.State = state;
        await stored.WriteStateAsync();
    }

    public Task Clear() => stored.ClearStateAsync();

    public Task<(Stored State, string? Etag, bool Exists)> Read() => Task.FromResult((stored.State, stored.Etag, stored.RecordExists));
}

[GenerateSerializer]
public sealed class Stored
{
    [Id(0)]
    public string Name { get; set; } = "nobody";

    [Id(1)]
    public DateOnly? Born { get; set; }

    [Id(2)]
    public List<Note> Notes { get; set; } = [];
}

[GenerateSerializer]
public sealed record Note(string Text, TimeSpan After);

public interface IRecordedGrain : IGrainWithStringKey
{
    Task Record(Recorded recorded);

    Task<Recorded> Recorded();
}

[GrainType("recorded")]
public sealed class RecordedGrain([PersistentState("recorded")] IPersistentState<Recorded> kept) : Grain, IRecordedGrain
{
    public async Task Record(Recorded recorded)
    {
        kept.State = recorded;
        await kept.WriteStateAsync();
    }

    public Task<Recorded> Recorded() => Task.FromResult(kept.State);
}

[GenerateSerializer]
public sealed record Recorded(int Count, string[]? Words);
