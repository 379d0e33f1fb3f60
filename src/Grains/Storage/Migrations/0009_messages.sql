-- Words of caller, vendor and owner are events; the id their form had makes a message that is sent twice one.
alter table dispatch_event add column message_id uuid;
create unique index dispatch_event_message on dispatch_event (tenant_id, dispatch_id, message_id) where message_id is not null;
