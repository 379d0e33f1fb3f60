-- A file on its way into a list, kept for a day: its content until it is imported, what became of it until the day is over.
create table import (
    tenant_id  text        not null references tenant on delete cascade,
    id         uuid        not null,
    -- ListKind.
    kind       smallint    not null,
    at         timestamptz not null,
    -- ImportState.
    state      smallint    not null default 0,
    refused    boolean     not null default false,
    added      integer     not null default 0,
    changed    integer     not null default 0,
    unchanged  integer     not null default 0,
    primary key (tenant_id, id)
);
create index import_by_age on import (at);

create table import_piece (
    tenant_id  text    not null,
    import_id  uuid    not null,
    position   integer not null,
    content    bytea   not null,
    primary key (tenant_id, import_id, position),
    foreign key (tenant_id, import_id) references import (tenant_id, id) on delete cascade
);
