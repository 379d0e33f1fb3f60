-- For the constraint below: equality and inequality beside overlap in one index. A trusted extension of PostgreSQL's own: the owner of a database may add it.
create extension if not exists btree_gist;

-- What was agreed is a copy: nothing here changes when a service or a host does.
create table appointment (
    tenant_id     text        not null references tenant on delete cascade,
    -- Made with the form: a form sent again is the same appointment.
    id            uuid        not null,
    reference     text        not null,
    host_id       uuid        not null,
    host_name     text        not null,
    host_zone     text        not null,
    service_id    uuid        not null,
    service_name  text        not null,
    -- PlaceKind: 0 address, 1 telephone, 2 video.
    place_kind    smallint    not null,
    place         text        not null,
    price         text,
    starts_at     timestamptz not null,
    ends_at       timestamptz not null,
    -- With what is kept free before and after: no other sitting of the host may touch this.
    guard_from    timestamptz not null,
    guard_until   timestamptz not null,
    -- Service and start, as one value: who comes to the same service at the same instant sits together.
    sitting       uuid        not null,
    seat          smallint    not null,
    seats         smallint    not null,
    -- The day by the host's clock, and the number of the appointment among the service's of that day; null when they were not limited.
    day           date        not null,
    day_seat      smallint,
    -- AppointmentStatus: 0 booked, 1 cancelled, 2 did not come.
    status        smallint    not null default 0,
    guest_name    text        not null,
    guest_email   text,
    guest_phone   text,
    guest_note    text,
    guest_zone    text        not null,
    -- [{"label":…,"text":…}]
    answers       json        not null,
    -- Tells a form sent again from a changed one.
    fingerprint   bytea       not null,
    booked_at     timestamptz not null,
    -- Who of the business did it; null for the guest.
    booked_by     text,
    cancelled_at  timestamptz,
    cancelled_by  text,
    cancel_note   text,
    owner_note    text,
    -- How long before the start the guest may still change it, in minutes.
    change_notice integer     not null,
    -- When the guest is reminded next; null for never again.
    remind_at     timestamptz,
    shard         smallint    not null,
    -- Of RFC 5545: rises with each move and with the cancellation. The version rises with every change.
    sequence      integer     not null default 0,
    version       integer     not null default 0,
    primary key (tenant_id, id),
    check (guard_from <= starts_at and starts_at <= ends_at and ends_at <= guard_until),
    check (seat between 1 and seats),
    constraint appointment_one_at_a_time exclude using gist (tenant_id with =, host_id with =, sitting with <>, tstzrange(guard_from, guard_until) with &&) where (status <> 1)
);
create unique index appointment_seat on appointment (tenant_id, host_id, sitting, seat) where status <> 1;
create unique index appointment_day_seat on appointment (tenant_id, host_id, service_id, day, day_seat) where status <> 1 and day_seat is not null;
create index appointment_of_host on appointment (tenant_id, host_id, starts_at, id);
create index appointment_by_start on appointment (tenant_id, starts_at, id);
create index appointment_to_remind on appointment (shard, remind_at) where status = 0 and remind_at is not null;

-- What an owner keeps free. It does not take anything: appointments that are then already stay.
create table blocked_time (
    tenant_id  text        not null references tenant on delete cascade,
    id         uuid        not null,
    host_id    uuid        not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    note       text        not null,
    primary key (tenant_id, id)
);
create index blocked_time_of_host on blocked_time (tenant_id, host_id, ends_at);
