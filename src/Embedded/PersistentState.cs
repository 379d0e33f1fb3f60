using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Backsoon.Embedded;

/// <summary>One row of grain_state, exactly as Orleans' ADO.NET provider would keep it; the ETag is the row's version.</summary>
internal sealed class PersistentState<TState>(Activation activation, string name) : IPersistentState<TState>
{
    private const string Row = "where service_id = $1 and grain_type = $2 and grain_key = $3";
    private const string Select = $"select payload, version from grain_state {Row}";
    private const string Insert = "insert into grain_state (service_id, grain_type, grain_key, payload, version) values ($1, $2, $3, $4, 1) on conflict do nothing returning version";
    private const string Update = $"update grain_state set payload = $4, version = version + 1, modified_at = now() {Row} and version = $5 returning version";
    private const string Delete = $"delete from grain_state {Row} and version = $4 returning version";

    private readonly NpgsqlDataSource _database = activation.Host.Services.GetRequiredService<NpgsqlDataSource>();
    private int? _version;

    public TState State { get; set; } = Fresh();

    public string? Etag => _version?.ToString(CultureInfo.InvariantCulture);

    public bool RecordExists => _version is not null;

    public async Task ReadStateAsync()
    {
        try
        {
            await using var command = Command(Select);
            await using var row = await command.ExecuteReaderAsync();
            var found = await row.ReadAsync();
            _version = found ? row.GetInt32(1) : null;
            State = found && !row.IsDBNull(0) ? JsonSerializer.Deserialize<TState>(row.GetFieldValue<byte[]>(0), Format) ?? Fresh() : Fresh();
        }
        catch (DbException exception)
        {
            throw Failed("read", exception);
        }
    }

    public Task WriteStateAsync()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(State, Format);
        return _version is { } version ? Change("write", Update, payload, version) : Change("write", Insert, payload);
    }

    public async Task ClearStateAsync()
    {
        if (!RecordExists)
            await ReadStateAsync();
        if (_version is { } version)
            await Change("clear", Delete, version);
        _version = null;
        State = Fresh();
    }

    private JsonSerializerOptions Format => activation.Host.Options.StateFormat;

    // A record without a parameterless constructor begins empty, as it does in Orleans.
    private static TState Fresh() => typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<TState>()
        : (TState)RuntimeHelpers.GetUninitializedObject(typeof(TState));

    private async Task Change(string what, string sql, params object[] values)
    {
        object? version;
        try
        {
            await using var command = Command(sql, values);
            version = await command.ExecuteScalarAsync();
        }
        catch (DbException exception)
        {
            throw Failed(what, exception);
        }

        if (version is null)
        {
            var conflict = new InconsistentStateException($"State {name} of {activation.GrainId} was changed by somebody else since version {Etag ?? "none"}");
            activation.Deactivate(new(DeactivationReasonCode.ApplicationError, conflict, "Its state was stale."));
            throw conflict;
        }
        _version = (int)version;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = _database.CreateCommand(sql);
        foreach (var value in (object[])[activation.Host.Options.ServiceId, name, activation.GrainId.Key, .. values])
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    // What PostgreSQL throws does not leave a grain: in a cluster its callers could not read it.
    private OrleansException Failed(string what, DbException exception) => new($"Could not {what} state {name} of {activation.GrainId}", exception);
}
