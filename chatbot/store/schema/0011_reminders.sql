-- oldest-code: 1
-- For which time staff were reminded of a call; a call that is moved is reminded of again.

alter table callback add column reminded_at bigint not null default 0;

create index callback_due on callback (due_at) where status = 'open' and reminded_at <> due_at;
