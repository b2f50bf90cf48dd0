-- oldest-code: 1
-- Requests to be rung. Who asked, their number and what they said stand in `memory` and in the
-- payload of events, encrypted with the request's own data key, which is deleted to erase it.

create table callback (
    id text primary key,
    reference text not null unique,
    client_id text not null unique,
    secret_hash text,
    data_key bytea,
    memory bytea,
    position bigint not null check (position >= 0),
    status text not null check (status in ('open', 'done', 'cancelled', 'erased')),
    ending text not null,
    due_at bigint not null,
    assignee text,
    conversation_id text,
    created_at bigint not null,
    closed_at bigint not null
);

create index callback_open on callback (due_at, id) where status = 'open';
create index callback_closed on callback (closed_at, id) where status in ('done', 'cancelled');
create index callback_conversation on callback (conversation_id)
where conversation_id is not null;

create table callback_event (
    callback_id text not null references callback (id) on delete cascade,
    position bigint not null check (position > 0),
    kind text not null,
    at bigint not null,
    payload bytea not null,
    primary key (callback_id, position)
);

-- How many calls are booked from a moment on. One guarded statement takes a place, so that none is
-- given twice.
create table callback_slot (
    starts_at bigint not null,
    lane text not null check (lane in ('own', 'third')),
    taken bigint not null check (taken >= 0),
    primary key (starts_at, lane)
);

-- A secret address under which somebody's calendar finds the calls of the team, without a name.
create table callback_feed (
    person_id text primary key,
    token_hash text not null unique,
    made_at bigint not null
);
