create trigger promise_is_not_changed before update on promise
begin
    select raise(abort, 'a promise is never changed');
end;

create trigger promise_is_not_removed before delete on promise
begin
    select raise(abort, 'a promise is never removed');
end;
