-- What people ask about their own data at a business's page. Who asked is forgotten 90 days after the answer, or once they are removed; the times stay.
create table data_request (
    tenant_id    text        not null references tenant on delete cascade,
    id           uuid        not null,
    reference    text        not null,
    -- DataWish: 1 everything, 2 removal.
    wish         smallint    not null,
    -- A keyed hash of the address, or of the request by whose page somebody asked who gave none.
    person       bytea,
    email        text,
    dispatch_id  uuid,
    asked_at     timestamptz not null,
    due_at       timestamptz not null,
    -- Which account decided on a removal, and when it begins; null while nobody has.
    decided_by   text,
    runs_at      timestamptz,
    answered_at  timestamptz,
    -- DataOutcome: 1 sent, 2 removed, 3 declined, 4 withdrawn.
    outcome      smallint,
    reason       text,
    -- Until when what was sent can be fetched.
    sent_until   timestamptz,
    -- When the owner was told that it comes near, and when the operator was.
    reminded_at  timestamptz,
    alarmed_at   timestamptz,
    primary key (tenant_id, id)
);
create unique index data_request_once on data_request (tenant_id, person, wish) where answered_at is null and person is not null;
create index data_request_open on data_request (asked_at) where answered_at is null;
create index data_request_slowest on data_request ((answered_at - asked_at) desc) where answered_at is not null;
create index data_request_to_forget on data_request (answered_at) where answered_at is not null and person is not null;

-- What belongs to an address.
create index dispatch_of_caller on dispatch (tenant_id, lower(caller_email)) where caller_email is not null;
create index appointment_of_guest on appointment (tenant_id, lower(guest_email)) where guest_email is not null;

-- Words of mails to such people that never went out.
create index outbox_of_askers on outbox (created_at) where kind in ('data-link', 'data-asked', 'data-answered') and body is not null;
