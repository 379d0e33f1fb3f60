-- Mail on its way out. Rows commit together with what caused them; a pump claims what is due, sends it and records what came of it.
create table outbox (
    id           uuid        primary key,
    tenant_id    text        references tenant on delete cascade,
    -- Mails to a person rather than from a business: sign-in links and security notices.
    account_id   text,
    dispatch_id  uuid,
    vendor_id    uuid,
    kind         text        not null,
    -- Who it goes to in a word a person knows: a vendor's name, "Caller", "Owner".
    recipient    text        not null,
    -- 0 sign-in, 1 urgent, 2 everything else.
    priority     smallint    not null,
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    -- DeliveryStatus: 0 queued, 1 sending, 2 sent, 3 unknown, 4 parked, 5 withdrawn.
    status       smallint    not null default 0,
    -- The mail as its fields, wrapped by the root key with the id as associated data; null once it is sent.
    body         bytea,
    -- The same, rendered: made once at the first claim, so that every retry sends the same bytes.
    rendered     bytea,
    -- Set by a claim; then the idempotency key of the call that carries the mail, kept while an unknown outcome is asked about again.
    batch        uuid,
    leased_until timestamptz,
    -- When the transport was first given this batch: null while no transport can have the mail.
    handover_at  timestamptz,
    attempts     integer     not null default 0,
    sent_at      timestamptz,
    provider_id  text,
    last_error   text,
    check (tenant_id is not null or account_id is not null)
);
-- A claim hops from tenant to tenant along this one, so that it costs what there are tenants waiting, not mails.
create index outbox_queue on outbox (priority, coalesce(tenant_id, ''), due_at) where status = 0 and batch is null;
create index outbox_in_batch on outbox (batch) where status in (0, 1) and batch is not null;
create index outbox_of_dispatch on outbox (tenant_id, dispatch_id) where dispatch_id is not null;
create index outbox_stuck on outbox (tenant_id, created_at) where status in (3, 4);
create index outbox_of_account on outbox (account_id) where account_id is not null;

create table mail_attempt (
    id       bigint      generated always as identity primary key,
    mail_id  uuid        not null references outbox on delete cascade,
    at       timestamptz not null,
    outcome  text        not null,
    detail   text
);
create index mail_attempt_of_mail on mail_attempt (mail_id);

-- What would have been sent while no transport is configured. Never filled in production.
create table development_mail (
    id          uuid        primary key,
    tenant_id   text        references tenant on delete cascade,
    account_id  text,
    kind        text        not null,
    at          timestamptz not null,
    content     jsonb       not null
);
create index development_mail_newest on development_mail (at desc, id desc);
create index development_mail_of_tenant on development_mail (tenant_id);
create index development_mail_of_account on development_mail (account_id);
