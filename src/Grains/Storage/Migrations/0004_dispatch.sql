create table vendor (
    tenant_id  text    not null references tenant on delete cascade,
    id         uuid    not null,
    name       text    not null,
    email      text    not null,
    phone      text,
    note       text,
    active     boolean not null,
    primary key (tenant_id, id)
);
create unique index vendor_name on vendor (tenant_id, lower(name));

create table subject (
    tenant_id  text    not null references tenant on delete cascade,
    id         uuid    not null,
    label      text    not null,
    reference  text    not null,
    active     boolean not null,
    primary key (tenant_id, id)
);
create unique index subject_label on subject (tenant_id, lower(label), lower(reference));

create table category (
    tenant_id  text    not null references tenant on delete cascade,
    id         uuid    not null,
    name       text    not null,
    urgent     boolean not null,
    active     boolean not null,
    position   integer not null,
    primary key (tenant_id, id)
);
create unique index category_name on category (tenant_id, lower(name));

create table rule (
    tenant_id    text not null references tenant on delete cascade,
    id           uuid not null,
    subject_id   uuid,
    category_id  uuid,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, subject_id, category_id),
    foreign key (tenant_id, subject_id) references subject (tenant_id, id),
    foreign key (tenant_id, category_id) references category (tenant_id, id)
);

create table rule_step (
    tenant_id     text    not null,
    rule_id       uuid    not null,
    position      integer not null,
    vendor_id     uuid    not null,
    wait_seconds  integer not null check (wait_seconds between 60 and 604800),
    primary key (tenant_id, rule_id, position),
    foreign key (tenant_id, rule_id) references rule (tenant_id, id) on delete cascade,
    foreign key (tenant_id, vendor_id) references vendor (tenant_id, id)
);

-- One request. Names and labels are copies: an edited directory does not rewrite the past, nor a running chain.
create table dispatch (
    tenant_id          text        not null references tenant on delete cascade,
    id                 uuid        not null,
    reference          text        not null,
    received_at        timestamptz not null,
    subject_id         uuid,
    subject_label      text,
    subject_reference  text,
    category_id        uuid        not null,
    category_name      text        not null,
    urgent             boolean     not null,
    caller_name        text        not null,
    caller_phone       text        not null,
    caller_email       text,
    body               text        not null,
    -- SHA-256 of what was typed: tells a repeated form from a changed one.
    fingerprint        bytea       not null,
    -- Keyed hash of the caller's address on the network, for limits; null after 30 days (R13).
    source             bytea,
    -- DispatchStatus.
    status             smallint    not null,
    -- The chain as it was, with whom the owner asked by hand at its end: [{"id":…,"name":…,"email":…,"phone":…,"wait":600}].
    plan               json        not null,
    -- Index into the plan of who was asked last; its length once the owner was asked.
    step               integer     not null,
    -- Who has it or is being asked: the vendor's id, and the name for lists.
    with_id            uuid,
    with_name          text,
    -- The next thing that happens by the clock (NextStepKind), swept by one of sixteen grains.
    next_at            timestamptz,
    next_kind          smallint,
    shard              smallint    not null,
    closed_at          timestamptz,
    version            integer     not null default 1,
    primary key (tenant_id, id)
);
create index dispatch_history on dispatch (tenant_id, received_at desc, id desc);
create index dispatch_open on dispatch (tenant_id, urgent desc, received_at) where closed_at is null;
create index dispatch_closed on dispatch (tenant_id, closed_at) where closed_at is not null;
create index dispatch_due on dispatch (shard, next_at) where next_at is not null;
create index dispatch_source on dispatch (source, received_at) where source is not null;
create index dispatch_reference on dispatch (tenant_id, reference);

create table dispatch_event (
    tenant_id    text        not null,
    dispatch_id  uuid        not null,
    seq          integer     not null,
    at           timestamptz not null,
    -- DispatchEventKind.
    kind         smallint    not null,
    who          text,
    vendor_id    uuid,
    text         text,
    primary key (tenant_id, dispatch_id, seq),
    foreign key (tenant_id, dispatch_id) references dispatch (tenant_id, id) on delete cascade
);
