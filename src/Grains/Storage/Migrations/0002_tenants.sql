-- Every row about a tenant references this one, so nothing can be written for a tenant that is gone.
create table tenant (
    id          text        primary key,
    founded_at  timestamptz not null,
    -- Set first when a tenant is erased; the row itself goes last.
    erasing_at  timestamptz
);

-- What abuse detection counts (R28). The source is a keyed hash; rows are gone after 30 days (R13).
create table attempt (
    kind    text        not null,
    source  bytea       not null,
    at      timestamptz not null
);
create index attempt_of_source on attempt (kind, source, at);
create index attempt_by_age on attempt (at);
