-- Hosts whose calendar elsewhere is connected. What it takes to get in is in the grain, wrapped.
create table calendar_connection (
    tenant_id      text        not null references tenant on delete cascade,
    host_id        uuid        not null,
    connected_at   timestamptz not null,
    -- CalendarTrouble; null while all is well.
    trouble        smallint,
    trouble_since  timestamptz,
    primary key (tenant_id, host_id)
);

-- What such a calendar is still to be told. Rows commit with their appointment and go when the calendar has it, or a later one of the same appointment.
create table calendar_write (
    tenant_id       text        not null references tenant on delete cascade,
    host_id         uuid        not null,
    appointment_id  uuid        not null,
    sequence        integer     not null,
    -- The event as its fields, wrapped by the root key with the row's key as associated data.
    body            bytea       not null,
    created_at      timestamptz not null,
    due_at          timestamptz not null,
    attempts        integer     not null default 0,
    -- Given up: the calendar refuses it, or never answered. Waits for a person.
    parked          boolean     not null default false,
    last_error      text,
    primary key (tenant_id, host_id, appointment_id, sequence)
);
create index calendar_write_due on calendar_write (due_at) where not parked;

-- In which calendar the event of an appointment is, so that it is moved and taken away where it is, whichever is chosen by then.
create table calendar_event (
    tenant_id       text        not null references tenant on delete cascade,
    host_id         uuid        not null,
    appointment_id  uuid        not null,
    -- The calendar's name at its keeper's, which may be an address: wrapped by the root key.
    calendar        bytea       not null,
    sequence        integer     not null,
    primary key (tenant_id, host_id, appointment_id)
);
