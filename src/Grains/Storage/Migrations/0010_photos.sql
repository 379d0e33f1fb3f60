-- Photos of requests, rebuilt of their picture alone. They go with their request.
create table photo (
    tenant_id    text        not null,
    id           uuid        not null,
    dispatch_id  uuid        not null,
    -- At most six, however many arrive at once.
    position     smallint    not null check (position between 1 and 6),
    media_type   text        not null,
    width        integer     not null,
    height       integer     not null,
    bytes        integer     not null,
    chunks       integer     not null,
    at           timestamptz not null,
    -- Whether it is on the request's timeline. One that an upload left behind is swept after an hour.
    attached     boolean     not null default false,
    primary key (tenant_id, id),
    unique (tenant_id, dispatch_id, position),
    foreign key (tenant_id, dispatch_id) references dispatch (tenant_id, id) on delete cascade
);
create index photo_left_behind on photo (at) where not attached;

create table photo_chunk (
    tenant_id  text     not null,
    photo_id   uuid     not null,
    seq        integer  not null,
    data       bytea    not null check (octet_length(data) <= 262144),
    primary key (tenant_id, photo_id, seq),
    foreign key (tenant_id, photo_id) references photo (tenant_id, id) on delete cascade
);
-- It is compressed already.
alter table photo_chunk alter column data set storage external;
