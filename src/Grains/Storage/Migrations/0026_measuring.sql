-- What the hourly check and the sweep look for, by index: however many there are, they read a row or two.

-- Accounts are JSON. What is looked for in them are columns that the database makes, so that no host of grains has to know of them. Instants in it are ISO 8601 with
-- their offset, which mean the same whatever the session is set to. Read as json, not jsonb: words that are not asked for are not looked at.
create function account_source(payload bytea) returns timestamptz language sql immutable strict as
$$
    select min((session ->> 'StartedAt')::timestamptz) from json_array_elements(convert_from(payload, 'UTF8')::json -> 'Sessions') session where session ->> 'Ip' is not null
$$;
create function account_session_life(payload bytea) returns double precision language sql immutable strict as
$$
    select max(extract(epoch from (session ->> 'ExpiresAt')::timestamptz - (session ->> 'StartedAt')::timestamptz))::float8 from json_array_elements(convert_from(payload, 'UTF8')::json -> 'Sessions') session
$$;
create function account_signed_in_until(payload bytea) returns timestamptz language sql immutable strict as
$$
    select max((session ->> 'ExpiresAt')::timestamptz) from json_array_elements(convert_from(payload, 'UTF8')::json -> 'Sessions') session
$$;
alter table grain_state
    -- Since when the oldest address on the network is known that an account still has.
    add column source_since timestamptz generated always as (case when grain_type = 'account' then account_source(payload) end) stored,
    -- Of the longest session of an account, in seconds.
    add column session_life double precision generated always as (case when grain_type = 'account' then account_session_life(payload) end) stored,
    add column signed_in_until timestamptz generated always as (case when grain_type = 'account' then account_signed_in_until(payload) end) stored;
create index grain_state_source on grain_state (source_since) where source_since is not null;
create index grain_state_session on grain_state (session_life desc, signed_in_until desc) where session_life is not null;
create index grain_state_revocation on grain_state (grain_key) where grain_type = 'revocation';

create index outbox_magic_link on outbox ((useless_after - created_at) desc) where tenant_id is null and kind in ('sign-in', 'sign-up', 'already-account') and useless_after is not null;
create index slug_hold_by_end on slug_hold (until);
create index tenant_erasing on tenant (erasing_at) where erasing_at is not null;
create index deletion_waiting on deletion (asked_at) where done_at is null;
create index deletion_slowest on deletion ((done_at - asked_at) desc) where done_at is not null;
create index suppression_bounced_by_age on suppression (at) where reason = 1 and tenant_id is null;
