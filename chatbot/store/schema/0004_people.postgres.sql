create function audit_is_only_added_to() returns trigger language plpgsql as $body$
begin
    raise exception 'the audit is only ever added to' using errcode = '23000';
end $body$;
create trigger audit_keeps_what_it_says before update or delete or truncate on audit
for each statement execute function audit_is_only_added_to();
