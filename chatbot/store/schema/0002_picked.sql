-- oldest-code: 1
-- How often visitors picked an entry from offered questions, by day (days since 1970, UTC). Who
-- picked it, and after which words, is not kept.

create table picked (
    slug text not null,
    day bigint not null,
    times bigint not null,
    primary key (slug, day)
);
