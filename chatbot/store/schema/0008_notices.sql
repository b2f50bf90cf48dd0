-- oldest-code: 1
-- What staff are told of though they look elsewhere. A notice is kept with the event that it tells
-- of; what goes out of the house (webhook, push, mail) is a delivery until it has arrived.

create table notice (
    id text primary key,
    kind text not null,
    conversation_id text not null references conversation (id) on delete cascade,
    person_id text not null,
    at bigint not null,
    spread bigint not null default 0 check (spread in (0, 1))
);

create index notice_at on notice (at);
create index notice_new on notice (at) where spread = 0;

create table delivery (
    id text primary key,
    notice_id text not null references notice (id) on delete cascade,
    channel text not null check (channel in ('webhook', 'push', 'mail')),
    target text not null,
    due_at bigint not null,
    tries bigint not null default 0
);

create index delivery_due on delivery (due_at);
create index delivery_notice on delivery (notice_id);

create table preference (
    person_id text primary key references person (id) on delete cascade,
    desktop bigint not null check (desktop in (0, 1)),
    sound bigint not null check (sound in (0, 1)),
    volume bigint not null,
    mail bigint not null check (mail in (0, 1)),
    quiet_from bigint not null,
    quiet_to bigint not null
);

-- A browser that is called through its maker's push service, whose address for it is encrypted.
create table push_device (
    id text primary key,
    person_id text not null references person (id) on delete cascade,
    session_id text not null,
    device text not null,
    data_key bytea not null,
    endpoint bytea not null,
    added_at bigint not null
);

create index push_device_person on push_device (person_id);

-- The key that this installation signs with towards push services, encrypted.
create table push_key (
    id bigint primary key check (id = 1),
    data_key bytea not null,
    private_key bytea not null
);
