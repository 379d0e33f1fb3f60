-- Names of desks that are kept free after their business has gone (R41). A keyed hash: the name may be a person's.
create table slug_hold (
    slug   bytea       primary key,
    until  timestamptz not null
);

-- What the sweeper looks for once an hour: sources of requests that are nearly 30 days old (R13).
create index dispatch_source_by_age on dispatch (received_at) where source is not null;

-- With outbox_of_dispatch, every mail of a tenant that is erased is found.
create index outbox_of_tenant on outbox (tenant_id) where dispatch_id is null;
