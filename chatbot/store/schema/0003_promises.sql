-- oldest-code: 1
-- What visitors are promised before they write. A version is never changed or removed: a
-- conversation names the versions that its visitor was shown.

create table promise (
    kind text not null,
    number bigint not null check (number > 0),
    text text not null,
    effective_from bigint not null,
    written_by text not null,
    created_at bigint not null,
    primary key (kind, number),
    check (effective_from >= created_at)
);
