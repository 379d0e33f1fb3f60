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
