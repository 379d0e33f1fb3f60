-- The words of each request, for the search of the history. Written soon after the request by a grain, and again when something has happened to it.
create table dispatch_words (
    tenant_id    text        not null,
    dispatch_id  uuid        not null,
    -- A copy, so that a search walks and orders without the request's own row.
    received_at  timestamptz not null,
    -- The request's, whose words these are: an older one never replaces a newer one.
    version      integer     not null,
    -- Each begins with a mark of the tenant: in the index the words of one tenant lie together, and those of others cost a search nothing.
    words        tsvector    not null,
    primary key (tenant_id, dispatch_id),
    foreign key (tenant_id, dispatch_id) references dispatch (tenant_id, id) on delete cascade
);
create index dispatch_words_newest on dispatch_words (tenant_id, received_at desc, dispatch_id desc);
-- What is not yet merged is read by every search, so little is left unmerged.
create index dispatch_words_found on dispatch_words using gin (words) with (gin_pending_list_limit = 512);

-- Requests that have changed since their words were written. Rows commit with the change, and are gone a moment later: no index is worth its writing.
create table dispatch_unread (
    tenant_id    text not null references tenant on delete cascade,
    dispatch_id  uuid not null
);
insert into dispatch_unread (tenant_id, dispatch_id) select tenant_id, id from dispatch;
