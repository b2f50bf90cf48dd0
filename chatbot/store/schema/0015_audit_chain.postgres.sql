create trigger audit_keeps_what_it_says before update or delete or truncate on audit
for each statement execute function audit_is_only_added_to();
