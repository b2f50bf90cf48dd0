-- oldest-code: 1
-- When people are there: weekly hours as an admin saved them (each save is a version of its own),
-- closures, and who is on. Who left a message waits for staff, but not in the queue.

create table opening_hours (
    version bigint primary key,
    week text not null,
    saved_by text not null,
    saved_at bigint not null
);

create table closure (
    id text primary key,
    starts_at bigint not null,
    ends_at bigint not null,
    reason text not null,
    added_by text not null,
    added_at bigint not null,
    check (starts_at < ends_at)
);

create index closure_ends on closure (ends_at);

create table presence (
    person_id text primary key,
    availability text not null check (availability in ('on', 'away', 'off')),
    capacity bigint not null check (capacity > 0),
    seen_at bigint not null
);

alter table conversation add column message_left bigint not null default 0
check (message_left in (0, 1));
