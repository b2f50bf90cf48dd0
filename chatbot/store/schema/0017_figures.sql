-- oldest-code: 1
-- How often things happened, without whose they were. Who writes an event also adds a row to
-- `counted`; a background task moves those into the sums, in one transaction, so that each counts
-- exactly once and no two conversations wait for the same row. Days and months are ordinals.

create table counted (
    day bigint not null,
    month bigint not null,
    hour bigint not null,
    what text not null,
    n bigint not null,
    moving text not null default ''
);

create table figure_day (
    day bigint not null,
    what text not null,
    n bigint not null,
    primary key (day, what)
);

create table figure_hour (
    month bigint not null,
    hour bigint not null,
    what text not null,
    n bigint not null,
    primary key (month, hour, what)
);
