-- What is known of a deletion: that it was promised, and kept. Nothing in it says whose it was to anybody who does not know it already.
create table deletion (
    id         uuid        primary key,
    -- SHA-256 of a salt of the row's own and the tenant's id.
    salt       bytea       not null,
    subject    bytea       not null,
    asked_at   timestamptz not null,
    -- Until then it could be undone; a deletion that was, is no row any more.
    undo_until timestamptz not null,
    deadline   timestamptz not null,
    done_at    timestamptz,
    -- When the operator was alarmed that the deadline comes near.
    alarmed_at timestamptz,
    -- Step (DeletionStep) and when it was done.
    steps      jsonb       not null default '{}'
);
create index deletion_open on deletion (deadline) where done_at is null;
create index deletion_by_age on deletion (done_at);

-- Everything of a business in one ZIP for its owner, in pieces as they were made; gone when its link is over.
create table archive (
    tenant_id  text        not null references tenant on delete cascade,
    id         uuid        not null,
    at         timestamptz not null,
    primary key (tenant_id, id)
);
create index archive_by_age on archive (at);

create table archive_piece (
    tenant_id   text    not null,
    archive_id  uuid    not null,
    seq         integer not null,
    data        bytea   not null,
    primary key (tenant_id, archive_id, seq),
    foreign key (tenant_id, archive_id) references archive (tenant_id, id) on delete cascade
);
-- It is compressed already.
alter table archive_piece alter column data set storage external;
