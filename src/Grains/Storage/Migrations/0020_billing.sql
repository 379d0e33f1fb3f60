-- Businesses whose trial has begun, and which of them a customer at Stripe is.
create table billing_account (
    tenant_id    text        primary key references tenant on delete cascade,
    begun_at     timestamptz not null,
    -- Stripe's id; null until a plan is chosen for the first time.
    customer_id  text        unique
);

-- What Stripe reports: that something happened to something, and nothing of what it says. Ids go as soon as it is worked off.
create table billing_event (
    -- Stripe's own: tells a repeated delivery from a new event.
    event_id         text        primary key,
    type             text        not null,
    received_at      timestamptz not null,
    subject_id       text,
    customer_id      text,
    subscription_id  text,
    due_at           timestamptz not null,
    attempts         integer     not null default 0,
    processed_at     timestamptz
);
create index billing_event_due on billing_event (due_at) where processed_at is null;
create index billing_event_by_age on billing_event (received_at);

-- What was paid, for the books: it outlives the business, and nothing in it leads to anybody.
create table billing_record (
    -- Stripe's.
    invoice_id    text        primary key,
    -- A keyed hash of who paid, which nobody can take back once the business is gone.
    payer         bytea       not null,
    -- In the smallest unit of the currency.
    amount        bigint      not null,
    currency      text        not null,
    paid_at       timestamptz not null,
    period_start  timestamptz,
    period_end    timestamptz
);
create index billing_record_of_payer on billing_record (payer, paid_at);
create index billing_record_by_age on billing_record (paid_at);
