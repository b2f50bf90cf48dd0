-- oldest-code: 9
-- Lists of ten thousand conversations read an index, and who is on stands in `presence` alone.

create index conversation_created on conversation (created_at);
create index conversation_labels on conversation (labels) where labels <> '[]';
create index conversation_in_hand on conversation (state, assignee)
where state in ('waiting', 'staff');
-- Keys of one letter are in the way of who speaks to their computer.
alter table preference add column shortcuts bigint not null default 1
check (shortcuts in (0, 1));
alter table person drop column availability;
alter table person drop column capacity;
