-- What operators find a business by: the words of its name and of its address. No column is added; it goes with the state.
create function tenant_words(payload bytea) returns tsvector language sql immutable strict as
$$
    select to_tsvector('simple'::regconfig, regexp_replace(concat_ws(' ', state -> 'Settings' ->> 'BusinessName', state -> 'Slug' ->> 'Value'), '[^[:alnum:]]+', ' ', 'g')) from (select convert_from(payload, 'UTF8')::json) read (state)
$$;
create index grain_state_tenant_words on grain_state using gin (tenant_words(payload)) where grain_type = 'tenant';

create index tenant_newest on tenant (founded_at, id);
