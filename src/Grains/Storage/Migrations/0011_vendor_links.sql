-- Which of a vendor's personal links is good: the number in it is this one. Negative once the owner has taken the last one back.
alter table vendor add column link_version integer not null default 1;
