-- Breaches of personal data: when each was found out, and when the last of those affected was told. It is kept; nobody is named in it.
create table breach (
    -- What the operator calls it.
    id             text        primary key,
    discovered_at  timestamptz not null,
    recorded_at    timestamptz not null,
    -- What is to be said, and ids of the accounts it is said to (null for all); null once it was said.
    subject        text,
    body           text,
    accounts       text[],
    -- From then on mails are posted.
    send_at        timestamptz,
    -- The last account whose mail is posted, and how many were.
    told           text        not null default '',
    owners         integer     not null default 0,
    posted_at      timestamptz,
    -- When none of its mails waited any more.
    notified_at    timestamptz,
    -- When the operator was told that time runs out.
    alarmed_at     timestamptz
);

-- What the hourly check looks for, by index. Instants in it are ISO 8601 with their offset, which mean the same whatever the session is set to.
create index grain_state_of_promises on grain_state (grain_type) where grain_type in ('canary', 'leaving', 'policy');

create function trial_end(payload bytea) returns timestamptz language sql immutable strict as
$$
    select (facts ->> 'TrialEnd')::timestamptz from (select convert_from(payload, 'UTF8')::jsonb -> 'Facts' facts) state where coalesce((facts ->> 'Status')::int, 0) = 0 and not coalesce((facts ->> 'IsLeaving')::boolean, false)
$$;
create index grain_state_trial on grain_state (trial_end(payload)) where grain_type = 'subscription';

-- When the first thing was deleted.
create function deletion_begun(steps jsonb) returns timestamptz language sql immutable strict as
$$
    select min(step.value::timestamptz) from jsonb_each_text(steps) step where step.key not in ('Page', 'Mails')
$$;
create index deletion_soonest on deletion ((deletion_begun(steps) - asked_at)) where undo_until - asked_at > interval '1 hour';
