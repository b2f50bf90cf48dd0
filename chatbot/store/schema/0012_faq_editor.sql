-- oldest-code: 1
-- What an admin's editor keeps: more about an entry, who saved a revision, texts that are not
-- served yet, and questions that must go on finding their entry.

alter table entry add column owner text not null default '';
alter table entry add column audience text not null default 'everybody';
alter table entry add column reviewed text not null default '';

alter table entry_revision add column saved_by text not null default '';

-- A text that somebody works on: made from the revision `base`, 0 for an entry that is new.
-- `version` counts its savings, so that a second window of the same person cannot write over it.
create table entry_draft (
    slug text not null,
    person_id text not null,
    base bigint not null,
    version bigint not null,
    saved_at bigint not null,
    content text not null,
    primary key (slug, person_id)
);

-- A text that will be published at a time.
create table entry_planned (
    slug text primary key,
    publish_at bigint not null,
    person_id text not null,
    content text not null
);

create index entry_planned_at on entry_planned (publish_at);

create table regression (
    id text primary key,
    question text not null,
    slug text not null,
    added_by text not null,
    added_at bigint not null
);
