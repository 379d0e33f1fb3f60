-- Sent by the business itself, to see that requests reach somebody: it goes the way of any other, and is marked and not counted.
alter table dispatch add column is_test boolean not null default false;
