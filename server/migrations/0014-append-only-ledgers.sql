-- outside a transaction
-- One ledger at a time: writers take several of them in orders of their own, and would wait in a circle with whoever
-- holds one and wants the next.
do $$
declare
  ledger regclass;
begin
  foreach ledger in array array['platform.events', 'platform.feed', 'platform.audit_log', 'workflow.history', 'inventory.movements']::regclass[] loop
    perform platform.guard_ledger(ledger);
    commit;
  end loop;
end $$;
