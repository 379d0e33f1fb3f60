-- GuestCalendar: 0 by our own mails, 1 by Google's invitation, 2 by our own mails while an entry of Google's may be left.
alter table appointment add column guest_calendar smallint not null default 0;

-- What happened to an appointment. Rows are added and never changed; they go with it.
create table appointment_event (
    tenant_id        text        not null references tenant on delete cascade,
    appointment_id   uuid        not null,
    -- The appointment's version after it: whatever happens raises that, once.
    number           integer     not null,
    at               timestamptz not null,
    -- AppointmentEventKind.
    kind             smallint    not null,
    -- Who of the business did it; null for the guest, and for what happens by itself.
    by               text,
    -- Of a move: what it was before, and what it is from then on.
    from_starts_at   timestamptz,
    from_ends_at     timestamptz,
    from_host        text,
    to_starts_at     timestamptz,
    to_ends_at       timestamptz,
    to_host          text,
    primary key (tenant_id, appointment_id, number),
    foreign key (tenant_id, appointment_id) references appointment on delete cascade
);

insert into appointment_event (tenant_id, appointment_id, number, at, kind, by) select tenant_id, id, 0, booked_at, 0, booked_by from appointment;
insert into appointment_event (tenant_id, appointment_id, number, at, kind, by) select tenant_id, id, version, cancelled_at, 2, cancelled_by from appointment where status = 1 and version > 0;
