-- A courier that lives keeps what it holds; what a dead one held is due again soon. Leases that were lost stay lost.
create function ask.renew(p_ids uuid[], p_leases bigint[], p_lease_ms bigint)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update part p
     set leased_until_ms = now_ms() + p_lease_ms, due_at_ms = now_ms() + p_lease_ms
    from unnest(p_ids, p_leases) as h (id, lease)
   where p.id = h.id
     and p.lease = h.lease;
$$;
