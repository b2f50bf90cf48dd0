-- oldest-code: 1
-- What admins changed while the service ran. Each change is a row of its own, never altered: the
-- newest of a name counts; without a value it is again what the file or the software says.

create table setting_change (
    version bigint primary key,
    name text not null,
    value text,
    reason text not null,
    who text not null,
    at bigint not null
);

create index setting_change_name on setting_change (name, version);

-- A key for an admin's own tools: only its hash is here. `scopes` are words between spaces.
create table api_token (
    id text primary key,
    token_hash text not null unique,
    name text not null,
    scopes text not null,
    made_by text not null,
    made_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    revoked_at bigint
);
