create function promise_stays() returns trigger language plpgsql as $body$
begin
    raise exception 'a promise is never changed or removed' using errcode = '23000';
end $body$;

create trigger promise_stays before update or delete on promise
for each row execute function promise_stays();
