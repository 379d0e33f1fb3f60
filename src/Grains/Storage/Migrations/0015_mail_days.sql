-- What became of a business's mails, by day in UTC: how its mail fares is read from the last seven (R28). Forgotten after a month.
create table mail_day (
    tenant_id   text        not null references tenant on delete cascade,
    day         timestamptz not null,
    -- Handed over, or refused while that was tried.
    sent        integer     not null default 0,
    bounced     integer     not null default 0,
    complained  integer     not null default 0,
    primary key (tenant_id, day)
);
create index mail_day_by_age on mail_day (day);
