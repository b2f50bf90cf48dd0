-- oldest-code: 1
-- How long visitors waited for staff, and whether somebody came. Whose wait it was is not kept.

create table waited (
    ended_at bigint not null,
    ms bigint not null,
    came bigint not null check (came in (0, 1))
);

create index waited_ended_at on waited (ended_at);
create index conversation_waiting on conversation (waiting_since) where state = 'waiting';
