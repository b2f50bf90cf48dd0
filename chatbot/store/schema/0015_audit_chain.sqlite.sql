create trigger audit_keeps_what_it_says before update on audit
begin select raise(abort, 'the audit is only ever added to'); end;
create trigger audit_keeps_every_row before delete on audit
begin select raise(abort, 'the audit is only ever added to'); end;
