-- oldest-code: 15
-- Each line of the audit vouches for the one before it: `hash` is over that one's hash and all
-- that this line says (`link` in domain/audit.py). What was there already is chained here, once.

alter table audit rename to audit_loose;

create table audit (
    id bigint primary key,
    at bigint not null,
    who text not null,
    action text not null,
    subject text not null,
    hash text not null check (length(hash) = 64)
);

insert into audit (id, at, who, action, subject, hash)
with recursive chain (id, at, who, action, subject, hash) as (
    select a.id, a.at, a.who, a.action, a.subject, encode(sha256(convert_to(
        ' ' || cast(a.id as text) || ' ' || cast(a.at as text)
        || ' ' || cast(length(a.who) as text) || ':' || a.who
        || ' ' || cast(length(a.action) as text) || ':' || a.action
        || ' ' || cast(length(a.subject) as text) || ':' || a.subject, 'UTF8')), 'hex')
    from audit_loose a where a.id = (select min(b.id) from audit_loose b)
    union all
    select a.id, a.at, a.who, a.action, a.subject, encode(sha256(convert_to(
        c.hash || ' ' || cast(a.id as text) || ' ' || cast(a.at as text)
        || ' ' || cast(length(a.who) as text) || ':' || a.who
        || ' ' || cast(length(a.action) as text) || ':' || a.action
        || ' ' || cast(length(a.subject) as text) || ':' || a.subject, 'UTF8')), 'hex')
    from chain c
    join audit_loose a on a.id = (select min(b.id) from audit_loose b where b.id > c.id)
)
select id, at, who, action, subject, hash from chain;

drop table audit_loose;

create index audit_who on audit (who, id);
create index audit_subject on audit (subject, id);
