-- oldest-code: 1
-- Where a question stands that the assistant did not help with, and why it counts as one. Its words
-- stay in the conversation, encrypted; only a place in it is kept here.

create table question (
    conversation_id text not null references conversation (id) on delete cascade,
    seq bigint not null,
    reason text not null
    check (reason in ('unanswered', 'clarified', 'unhelpful', 'handed_over', 'suggested')),
    person_id text not null,
    at bigint not null,
    primary key (conversation_id, seq, reason)
);

create index question_at on question (at);

-- How often an entry was the answer, by day (days since 1970, UTC). Whom it answered is not kept,
-- and what is shown to people in danger is not counted.
create table used (
    slug text not null,
    day bigint not null,
    times bigint not null,
    primary key (slug, day)
);
