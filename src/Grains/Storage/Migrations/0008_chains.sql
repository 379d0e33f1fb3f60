-- A step may ask several at once, wait for somebody to be on duty and count only such time; a rule may be gone through several times.
alter table rule add column repeat smallint not null default 1 check (repeat between 1 and 5);

alter table rule_step
    -- StepStart: 0 now, 1 when one of those it asks is on duty.
    add column start smallint not null default 0,
    add column counts_duty boolean not null default false;

create table rule_step_vendor (
    tenant_id  text    not null,
    rule_id    uuid    not null,
    position   integer not null,
    place      integer not null,
    vendor_id  uuid    not null,
    primary key (tenant_id, rule_id, position, place),
    foreign key (tenant_id, rule_id, position) references rule_step (tenant_id, rule_id, position) on delete cascade,
    foreign key (tenant_id, vendor_id) references vendor (tenant_id, id)
);
insert into rule_step_vendor (tenant_id, rule_id, position, place, vendor_id) select tenant_id, rule_id, position, 1, vendor_id from rule_step;
alter table rule_step drop column vendor_id;

alter table dispatch
    -- How often all steps of the rule have been gone through.
    add column round smallint not null default 0,
    -- When those who are being asked have to have answered.
    add column answer_by timestamptz,
    -- Since when it waits for somebody to be on duty.
    add column held_since timestamptz;
-- A reminder came at half of the wait: the other half was left then. The plan is an array of steps up to here; from here on it is
-- {"repeat":…,"steps":[{"who":[{"id":…,"name":…,"email":…,"phone":…}],"wait":600,"start":1,"counts":true,"origin":1}]}, what is left out being 1 and zeros.
update dispatch
set answer_by = next_at + case next_kind when 0 then make_interval(secs => (plan -> step ->> 'wait')::float8 / 2) else interval '0' end
where next_at is not null;
