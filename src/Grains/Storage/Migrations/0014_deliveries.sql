-- What mail providers report, kept once per event as it came, then worked off.
create table webhook (
    provider      text        not null,
    -- The provider's own: tells a repeated delivery from a new event.
    event_id      text        not null,
    received_at   timestamptz not null,
    -- As received, wrapped by the root key with provider and id as associated data; null once worked off.
    body          bytea,
    processed_at  timestamptz,
    -- Why it changed nothing, in words of ours.
    error         text,
    primary key (provider, event_id)
);
create index webhook_waiting on webhook (provider, received_at) where processed_at is null;
create index webhook_by_age on webhook (received_at);

-- Addresses that are not written to: everybody's when they refuse mail, one business's when its mail was complained about.
create table suppression (
    -- A keyed hash.
    address    bytea       not null,
    -- Null when it concerns everybody who would write there.
    tenant_id  text        references tenant on delete cascade,
    -- RefusalReason: 1 bounced, 2 complained.
    reason     smallint    not null,
    at         timestamptz not null,
    -- When a sign-in mail was sent there all the same, to see whether the mailbox is back.
    tried_at   timestamptz,
    unique nulls not distinct (address, tenant_id)
);
create index suppression_of_tenant on suppression (tenant_id) where tenant_id is not null;

-- What the provider said after it took the mail: 4 failed, 6 delivered, 7 bounced, 8 complained. Apart from the status, which is the pump's alone.
alter table outbox add column reported smallint, add column reported_at timestamptz;
-- The mail asks a vendor and will not arrive, and its request has not been told yet.
alter table outbox add column untold boolean not null default false;
create index outbox_untold on outbox (id) where untold;
create index outbox_of_provider on outbox (provider_id) where provider_id is not null;
