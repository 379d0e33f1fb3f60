-- What was measured of the promises, each row holding the one before it fast: two rows can never follow the same one. Nothing in it is about anybody.
create table promise_log (
    seq        bigint      primary key,
    at         timestamptz not null,
    -- JSON, kept as text: the hash is over these very bytes.
    entry      text        not null,
    prev_hash  bytea       not null unique,
    hash       bytea       not null unique
);

-- Letters that want an answer by a time that was promised. What they say, and who wrote them, stays in the mailbox they came to.
create table letter (
    -- What the operator calls it: "L-7K2Q".
    reference    text        primary key,
    -- LetterKind: 1 privacy, 2 vulnerability, 3 rights.
    kind         smallint    not null,
    received_at  timestamptz not null,
    due_at       timestamptz not null,
    answered_at  timestamptz,
    -- When the operator was told that it is about to be late.
    alarmed_at   timestamptz
);
create index letter_open on letter (due_at) where answered_at is null;
create index letter_answered on letter (answered_at) where answered_at is not null;
