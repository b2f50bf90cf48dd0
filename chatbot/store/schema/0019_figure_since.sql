-- oldest-code: 1
-- From when on something is counted that was not counted always, in milliseconds UTC; 0 where
-- nothing is missing. The row is written with what could still be counted of before, once.

create table figure_since (
    what text primary key,
    at bigint not null
);
