-- After this the mail is of no use to whoever gets it: a link to sign in is over. Null for mails that are never too late.
alter table outbox add column useless_after timestamptz;
create index outbox_useless on outbox (useless_after) where status = 0 and batch is null and useless_after is not null;

-- What the sweeper looks for once an hour: mails to people, of which nothing is kept for long, and the words of those that never went out.
create index outbox_of_people_by_age on outbox (created_at) where tenant_id is null;
create index outbox_unsent_words on outbox (created_at) where tenant_id is null and status in (3, 4, 9) and body is not null;
