-- oldest-code: 1
-- Since when a question is dismissed, in milliseconds UTC; 0 where it counts. One that came later and
-- asks the same has the same time as those before it.

alter table question add column dismissed_at bigint not null default 0;
