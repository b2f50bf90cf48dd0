-- oldest-code: 1
-- Who works here. A passphrase is kept as Argon2id, every token as a hash; the seed of an
-- authenticator app stands in `totp`, encrypted with the person's data key, which the master key
-- wraps. No address of a machine is kept anywhere.

create table person (
    id text primary key,
    email text not null unique,
    name text not null,
    role text not null check (role in ('staff', 'supervisor', 'admin')),
    availability text not null check (availability in ('on', 'away', 'off')),
    capacity bigint not null check (capacity > 0),
    disabled bigint not null check (disabled in (0, 1)),
    passphrase text not null,
    data_key bytea,
    totp bytea,
    totp_step bigint not null,
    created_at bigint not null,
    seen_at bigint,
    check ((totp is null) = (data_key is null))
);

create table session (
    id text primary key,
    token_hash text not null unique,
    person_id text not null references person (id) on delete cascade,
    device text not null,
    second_factor bigint not null check (second_factor in (0, 1)),
    created_at bigint not null,
    seen_at bigint not null,
    proved_at bigint not null
);

create index session_person on session (person_id);

-- A browser that somebody has signed in with: by it a new one is told from one that is known.
create table device (
    token_hash text not null,
    person_id text not null references person (id) on delete cascade,
    seen_at bigint not null,
    primary key (token_hash, person_id)
);

-- A link by which somebody may create an account, once; `founding` while there is none. With
-- `person_id` it lets that person choose a new passphrase instead.
create table invitation (
    id text primary key,
    token_hash text not null unique,
    email text not null,
    role text not null check (role in ('staff', 'supervisor', 'admin')),
    founding bigint not null check (founding in (0, 1)),
    person_id text references person (id) on delete cascade,
    invited_by text not null,
    created_at bigint not null,
    expires_at bigint not null
);

-- A step that was begun and must be ended once, within minutes: a second factor, a passkey.
create table step (
    token_hash text primary key,
    kind text not null,
    person_id text references person (id) on delete cascade,
    challenge bytea not null,
    tries bigint not null,
    expires_at bigint not null
);

create table passkey (
    id text primary key,
    credential_id text not null unique,
    person_id text not null references person (id) on delete cascade,
    name text not null,
    public_key bytea not null,
    sign_count bigint not null,
    created_at bigint not null,
    used_at bigint
);

create index passkey_person on passkey (person_id);

create table recovery_code (
    person_id text not null references person (id) on delete cascade,
    code_hash text not null,
    primary key (person_id, code_hash)
);

-- Who did what to whom: only ever added to, and without content. `id` is gap-free, given in the
-- transaction that commits it, so that each row can vouch for the one before it.
create table audit (
    id bigint primary key,
    at bigint not null,
    who text not null,
    action text not null,
    subject text not null
);

create index audit_who on audit (who, id);
create index audit_subject on audit (subject, id);
