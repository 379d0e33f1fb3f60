-- The console of whoever operates the installation (decision 0039).

-- Links that sign an operator in, each once. Asking with an address that is nobody's makes a row as well, so that it costs the same: its operator is null.
create table operator_link (
    -- SHA-256 of the token.
    key          text        primary key,
    -- By the name that OPERATORS gives; no address is kept.
    operator     text,
    -- SHA-256 of the cookie of the browser that asked, the only one it works in; null for one that was printed on the machine.
    browser      text,
    expires_at   timestamptz not null,
    -- The session it was spent for.
    session_key  text
);
create index operator_link_by_end on operator_link (expires_at);

create table operator_session (
    -- SHA-256 of the token in the cookie.
    key         text        primary key,
    operator    text        not null,
    started_at  timestamptz not null,
    expires_at  timestamptz not null,
    ended_at    timestamptz
);
create index operator_session_by_end on operator_session (expires_at);

-- What operators did and looked at. A row is written before what it is about is done or shown, and never changed.
create table audit (
    -- Version 7: in the order of time.
    id        uuid        primary key,
    at        timestamptz not null,
    operator  text        not null,
    -- OperatorAct.
    act       smallint    not null,
    -- In words and ids of ours; of no business and nobody.
    subject   text        not null
);
create index audit_by_age on audit (at);

-- Of which business that was, and why. It goes with the business; that somebody looked stays.
create table look (
    tenant_id  text        not null references tenant on delete cascade,
    -- The row of audit.
    id         uuid        not null,
    at         timestamptz not null,
    operator   text        not null,
    act        smallint    not null,
    reason     text        not null,
    primary key (tenant_id, id)
);
create index look_by_id on look (id);
create index look_by_age on look (at);

create function audit_stays() returns trigger language plpgsql as
$$
begin
    raise exception 'Rows of the audit log are not changed.';
end
$$;
create trigger audit_stays before update on audit for each row execute function audit_stays();
create trigger look_stays before update on look for each row execute function audit_stays();

-- How many businesses are paused or closed, by index: the rest is not in it.
create function tenant_is_off(payload bytea) returns boolean language sql immutable strict as
$$
    select coalesce((state ->> 'IsPaused')::boolean, false) or coalesce((state ->> 'IsClosed')::boolean, false) from (select convert_from(payload, 'UTF8')::json) read (state)
$$;
create index grain_state_off on grain_state (grain_key) where grain_type = 'tenant' and tenant_is_off(payload);
