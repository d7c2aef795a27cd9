-- A transaction that has decided on what another one was about to leave says so before it writes anything: when the
-- positions are not as it expected, nothing of it is kept and it is done again (I12). The code is that of PostgreSQL's own
-- serialization failures, because that is what it is.
create function inventory.refuse_moved(as_expected boolean) returns void language plpgsql as $$
begin
  if as_expected is not true then
    raise exception 'positions are not as this transaction expected them' using errcode = 'serialization_failure';
  end if;
end
$$;
