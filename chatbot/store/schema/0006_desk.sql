-- oldest-code: 6
-- What staff see of a conversation in a list: no word of it, only where it stands.

alter table conversation add column reference text not null default '';
alter table conversation add column urgent text not null default '';
alter table conversation add column raised bigint not null default 0;
alter table conversation add column blocked bigint not null default 0;
alter table conversation add column hidden bigint not null default 0;
alter table conversation add column ending text not null default '';
alter table conversation add column labels text not null default '[]';
alter table conversation add column asked bigint not null default 0;
alter table conversation add column closed_at bigint not null default 0;

update conversation set closed_at = touched_at where state = 'closed';

create index conversation_all on conversation (touched_at, id);
create index conversation_closed on conversation (closed_at, id) where state = 'closed';
create index conversation_flagged on conversation (touched_at, id)
where urgent <> '' or raised = 1;
create index conversation_assignee on conversation (assignee) where assignee is not null;
create index conversation_reference on conversation (reference);

-- Up to where somebody has read, as the seq that visitors know too.
create table reading (
    person_id text not null,
    conversation_id text not null references conversation (id) on delete cascade,
    seq bigint not null,
    primary key (person_id, conversation_id)
);

-- A reply that is not sent yet, encrypted with the conversation's data key.
create table draft (
    person_id text not null,
    conversation_id text not null references conversation (id) on delete cascade,
    text bytea not null,
    saved_at bigint not null,
    primary key (person_id, conversation_id)
);

-- A safeguarding record: it has a key of its own, since it is kept for its own time.
create table concern (
    id text primary key,
    conversation_id text not null,
    person_id text not null,
    at bigint not null,
    data_key bytea not null,
    text bytea not null
);

create index concern_conversation on concern (conversation_id, at);

-- Replies that staff write once and use often; `owner` is empty for those that all share.
create table canned (
    id text primary key,
    owner text not null,
    name text not null,
    text text not null,
    saved_at bigint not null
);

create index canned_owner on canned (owner, name);
