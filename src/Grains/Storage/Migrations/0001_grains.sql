-- What the grain hosts own: grain state, reminders, cluster membership. Both hosts use these tables: the embedded one directly,
-- Orleans through the rows of OrleansQuery, whose keys, @parameters and "Column" names are its contract.

-- A string key that parsed as a number or a GUID would arrive in other parameters of Orleans and leave grain_key null: refused.
create table grain_state (
    service_id  text        not null,
    grain_type  text        not null,
    grain_key   text        not null,
    payload     bytea,
    version     integer     not null,
    modified_at timestamptz not null default now(),
    primary key (service_id, grain_type, grain_key)
);

-- due_at is the embedded host's: the next tick, advanced after each. Orleans reckons from start_time and ignores it.
-- grain_hash is Orleans': a silo finds its reminders by it, and fills in what the embedded host left null when it starts.
create table reminder (
    service_id    text        not null,
    grain_id      text        not null,
    reminder_name text        not null,
    start_time    timestamptz not null,
    period_ms     bigint      not null check (period_ms >= 60000),
    due_at        timestamptz not null,
    grain_hash    integer,
    version       integer     not null default 0,
    primary key (service_id, grain_id, reminder_name)
);
create index reminder_due on reminder (service_id, due_at);
create index reminder_start on reminder (service_id, start_time);

create table cluster_version (
    deployment_id text        primary key,
    changed_at    timestamptz not null default now(),
    version       integer     not null default 0
);

create table cluster_member (
    deployment_id   text        not null references cluster_version,
    address         text        not null,
    port            integer     not null,
    generation      integer     not null,
    silo_name       text        not null,
    host_name       text        not null,
    status          integer     not null,
    proxy_port      integer,
    suspect_times   text,
    start_time      timestamptz not null,
    i_am_alive_time timestamptz not null,
    primary key (deployment_id, address, port, generation)
);

create table OrleansQuery (
    QueryKey  varchar(64)   primary key,
    QueryText varchar(8000) not null
);

insert into OrleansQuery (QueryKey, QueryText) values

-- Grain state. A version of null or 0 says that there is no row yet: null was read, 0 is what a deletion answers.
-- An answer equal to the version given means that somebody else wrote first.
('ReadFromStorageKey', '
    select payload as "PayloadBinary", now() as "ReadAt", version as "Version"
    from grain_state
    where service_id = @ServiceId and grain_type = @GrainTypeString and grain_key = @GrainIdExtensionString'),

('WriteToStorageKey', '
    with written as (
        insert into grain_state (service_id, grain_type, grain_key, payload, version)
        select @ServiceId, @GrainTypeString, @GrainIdExtensionString, @PayloadBinary, 1
        where coalesce(@GrainStateVersion::int, 0) = 0
        on conflict do nothing
        returning version),
    updated as (
        update grain_state set payload = @PayloadBinary, version = version + 1, modified_at = now()
        where service_id = @ServiceId and grain_type = @GrainTypeString and grain_key = @GrainIdExtensionString
          and version = @GrainStateVersion::int
        returning version)
    select coalesce((select version from written), (select version from updated), @GrainStateVersion::int) as "NewGrainStateVersion"'),

('ClearStorageKey', '
    update grain_state set payload = null, version = version + 1, modified_at = now()
    where service_id = @ServiceId and grain_type = @GrainTypeString and grain_key = @GrainIdExtensionString and version = @GrainStateVersion
    returning version as "NewGrainStateVersion"'),

('DeleteStorageKey', '
    delete from grain_state
    where service_id = @ServiceId and grain_type = @GrainTypeString and grain_key = @GrainIdExtensionString and version = @GrainStateVersion
    returning 0 as "NewGrainStateVersion"'),

-- Reminders. A silo reads its range again every 5 minutes; what is due later than in 20 is left out, so that sleeping reminders cost nothing.
('UpsertReminderRowKey', '
    insert into reminder (service_id, grain_id, reminder_name, start_time, period_ms, due_at, grain_hash)
    values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @StartTime, @GrainHash)
    on conflict (service_id, grain_id, reminder_name) do update
    set start_time = excluded.start_time, period_ms = excluded.period_ms, due_at = excluded.due_at,
        grain_hash = excluded.grain_hash, version = reminder.version + 1
    returning version as "Version"'),

('ReadReminderRowsKey', '
    select grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period_ms as "Period", version as "Version"
    from reminder
    where service_id = @ServiceId and grain_id = @GrainId'),

('ReadReminderRowKey', '
    select grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period_ms as "Period", version as "Version"
    from reminder
    where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName'),

('ReadRangeRows1Key', '
    select grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period_ms as "Period", version as "Version"
    from reminder
    where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash
      and start_time < now() + interval ''20 minutes'''),

('ReadRangeRows2Key', '
    select grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period_ms as "Period", version as "Version"
    from reminder
    where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)
      and start_time < now() + interval ''20 minutes'''),

('DeleteReminderRowKey', '
    with gone as (
        delete from reminder
        where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName and version = @Version
        returning 1)
    select count(*)::int from gone'),

('DeleteReminderRowsKey', '
    delete from reminder where service_id = @ServiceId'),

-- Membership. Every change of a member bumps the version of the table, and is refused when that has moved on.
('UpdateIAmAlivetimeKey', '
    update cluster_member set i_am_alive_time = @IAmAliveTime
    where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),

('InsertMembershipVersionKey', '
    with added as (
        insert into cluster_version (deployment_id) values (@DeploymentId)
        on conflict do nothing
        returning 1)
    select count(*)::int from added'),

('InsertMembershipKey', '
    with bumped as (
        update cluster_version set version = version + 1, changed_at = now()
        where deployment_id = @DeploymentId and version = @Version
          and not exists (
            select 1 from cluster_member
            where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
        returning 1),
    added as (
        insert into cluster_member (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
        select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        from bumped
        returning 1)
    select count(*)::int from added'),

('UpdateMembershipKey', '
    with bumped as (
        update cluster_version set version = version + 1, changed_at = now()
        where deployment_id = @DeploymentId and version = @Version
        returning 1),
    changed as (
        update cluster_member set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        from bumped
        where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
        returning 1)
    select count(*)::int from changed'),

('MembershipReadRowKey', '
    select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
           m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
           m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.i_am_alive_time as "IAmAliveTime", v.version as "Version"
    from cluster_version v
    left join cluster_member m
        on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
    where v.deployment_id = @DeploymentId'),

('MembershipReadAllKey', '
    select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
           m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
           m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.i_am_alive_time as "IAmAliveTime", v.version as "Version"
    from cluster_version v
    left join cluster_member m on m.deployment_id = v.deployment_id
    where v.deployment_id = @DeploymentId'),

('DeleteMembershipTableEntriesKey', '
    delete from cluster_member where deployment_id = @DeploymentId;
    delete from cluster_version where deployment_id = @DeploymentId'),

('GatewaysQueryKey', '
    select address as "Address", proxy_port as "ProxyPort", generation as "Generation"
    from cluster_member
    where deployment_id = @DeploymentId and status = @Status and proxy_port > 0'),

('CleanupDefunctSiloEntriesKey', '
    delete from cluster_member
    where deployment_id = @DeploymentId and i_am_alive_time < @IAmAliveTime and status <> 3');
