-- A mailroom remembers the sealed segments of a snapshot it loaded; of those that did not change since, it needs the names alone.

drop function ask.load(uuid, bigint);

create function ask.load(p_account uuid, p_limit bigint, p_known bigint)
returns table (kind integer, seq bigint, name text, key_id bytea, sealed bytea, used_bytes bigint, messages bigint, quota_bytes bigint, snapshot_seq bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select 0, a.head, null::text, null::bytea, null::bytea, a.used_bytes, a.messages, a.quota_bytes, a.snapshot_seq
    from account a
   where a.account = p_account
  union all
  select 1, s.seq, s.segment, null, case when s.seq > p_known then s.sealed else ''::bytea end, null, null, null, null
    from snapshot s
   where s.account = p_account
  union all
  (select 2, e.seq, null, null, e.sealed, null, null, null, null
     from event e
    where e.account = p_account
      and e.seq > (select a.snapshot_seq from account a where a.account = p_account)
    order by e.seq
    limit p_limit)
  union all
  select 3, k.seq, null, k.key_id, k.sealed, null, null, null, null
    from content_key k
   where k.account = p_account
     and k.seq > (select a.snapshot_seq from account a where a.account = p_account);
$$;
