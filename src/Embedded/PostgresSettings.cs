namespace Backsoon.Embedded;

/// <summary>How the private server is set. Given on its command line, they hold whatever the cluster's own files say.</summary>
internal static class PostgresSettings
{
    private const long Megabyte = 1024 * 1024;

    public static IEnumerable<string> For(PostgresCluster cluster, string socketFolder, bool durable, bool lz4)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        Dictionary<string, string> settings = new()
        {
            ["cluster_name"] = cluster.Mark,
            // Nobody but who can enter the socket's folder.
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = socketFolder,
            ["unix_socket_permissions"] = "0700",
            ["port"] = "5432",
            ["max_connections"] = durable ? "100" : "200",
            ["client_connection_check_interval"] = "5s",
            ["idle_in_transaction_session_timeout"] = "60s",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["lc_messages"] = "C",
            ["shared_buffers"] = $"{(durable ? Math.Clamp(memory / 8, 64, 1024) : 64)}MB",
            ["effective_cache_size"] = $"{Math.Max(memory / 2, 256)}MB",
            ["work_mem"] = "8MB",
            ["maintenance_work_mem"] = "64MB",
            ["random_page_cost"] = "1.1",
            // Short statements on few processors: neither pays, and parallel workers need a larger /dev/shm than containers have.
            ["jit"] = "off",
            ["max_parallel_workers_per_gather"] = "0",
            ["synchronous_commit"] = durable ? "on" : "off",
            ["fsync"] = durable ? "on" : "off",
            ["full_page_writes"] = durable ? "on" : "off",
            ["wal_level"] = "minimal",
            ["max_wal_senders"] = "0",
            ["checkpoint_timeout"] = "15min",
            ["max_wal_size"] = "2GB",
            // The first change of a page after a checkpoint writes the whole page; compressed, a small commit stays a small write.
            ["wal_compression"] = lz4 ? "lz4" : "on",
            // A week of logs, by weekday, with no statement, parameter or key in them: messages of errors quote what people typed, so errors are the
            // product's to report. Server events and fatal errors remain.
            ["logging_collector"] = "on",
            ["log_directory"] = cluster.LogFolder,
            ["log_filename"] = "postgres-%a.log",
            ["log_rotation_age"] = "1d",
            ["log_rotation_size"] = "0",
            ["log_truncate_on_rotation"] = "on",
            ["log_line_prefix"] = "%m [%p] ",
            ["log_min_messages"] = "log",
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
            ["log_statement"] = "none",
            ["log_min_duration_statement"] = "-1",
            ["log_parameter_max_length"] = "0",
            ["log_parameter_max_length_on_error"] = "0",
            ["log_checkpoints"] = "off",
            ["log_connections"] = "off",
            ["log_disconnections"] = "off",
            ["log_lock_waits"] = "off",
            ["log_autovacuum_min_duration"] = "-1",
        };
        return settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
    }
}
