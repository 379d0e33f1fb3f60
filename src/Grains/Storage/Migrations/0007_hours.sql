-- When a vendor is on duty.
alter table vendor
    -- VendorDuty: 0 always, 1 in the business's hours, 2 in their own.
    add column duty smallint not null default 0,
    -- Their own hours: {"week":[…],"exceptions":[…]}.
    add column hours json,
    -- Not asked before; null when they can be.
    add column unavailable_until timestamptz;
