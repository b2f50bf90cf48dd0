-- oldest-code: 1
-- Personal data stands in `payload` and `memory` only, encrypted with the conversation's data key.
-- That key is wrapped by the master key: without `data_key` nobody can read the conversation again.

create table installation (
    id bigint primary key check (id = 1),
    epoch text not null,
    key_check bytea not null,
    created_at bigint not null
);

create table conversation (
    id text primary key,
    token_hash text,
    data_key bytea,
    state text not null check (state in ('assistant', 'waiting', 'staff', 'closed')),
    assignee text,
    position bigint not null,
    seq bigint not null,
    owes_answer bigint not null check (owes_answer in (0, 1)),
    touched_at bigint not null,
    waiting_since bigint,
    warned_at bigint,
    created_at bigint not null,
    memory bytea,
    check ((assignee is not null) = (state = 'staff'))
);

create index conversation_owes_answer on conversation (touched_at) where owes_answer = 1;
create index conversation_open on conversation (touched_at) where state <> 'closed';

create table event (
    conversation_id text not null references conversation (id) on delete cascade,
    position bigint not null,
    seq bigint,
    kind text not null,
    at bigint not null,
    client_id text,
    payload bytea,
    primary key (conversation_id, position)
);

create unique index event_seq on event (conversation_id, seq) where seq is not null;
create unique index event_client_id on event (conversation_id, client_id)
where client_id is not null;

create table entry (
    slug text primary key,
    question text not null,
    answer text not null,
    topic text not null,
    status text not null check (status in ('draft', 'published', 'archived')),
    source text not null,
    review_by text not null,
    phrasings text not null,
    keywords text not null,
    confirm text not null,
    revision bigint not null,
    place bigint not null,
    updated_at bigint not null
);

create table entry_revision (
    slug text not null,
    revision bigint not null,
    saved_at bigint not null,
    content text not null,
    primary key (slug, revision)
);

create table stream (
    name text primary key,
    seq bigint not null
);
