-- What a mailroom reads and the snapshots it writes. `load` and `events_after` answer with rows of several kinds in one
-- statement, so that all of it is seen at one moment: 0 the account's numbers, 1 a segment, 2 an event, 3 a content key.

create function ask.load(p_account uuid, p_limit bigint)
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
  select 1, s.seq, s.segment, null, s.sealed, null, null, null, null
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

create function ask.events_after(p_account uuid, p_seq bigint, p_limit bigint)
returns table (kind integer, seq bigint, key_id bytea, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select 0, a.head, null::bytea, null::bytea
    from account a
   where a.account = p_account
  union all
  (select 2, e.seq, null, e.sealed
     from event e
    where e.account = p_account
      and e.seq > p_seq
    order by e.seq
    limit p_limit)
  union all
  select 3, k.seq, k.key_id, k.sealed
    from content_key k
   where k.account = p_account
     and k.seq > p_seq
     and k.seq <= p_seq + p_limit;
$$;

create function ask.message_indexes(p_account uuid, p_messages uuid[])
returns table (message uuid, size_bytes bigint, index bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select m.message, m.size_bytes, m.index
    from message m
   where m.account = p_account
     and m.message = any (p_messages);
$$;

-- A row for each part, in order; one without bytes for a blob or an empty body.
create function ask.bodies(p_account uuid, p_messages uuid[])
returns table (message uuid, blob text, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select m.message, m.blob, p.sealed
    from message m
    left join part p on p.account = p_account and p.message = m.message
   where m.account = p_account
     and m.message = any (p_messages)
   order by m.message, p.part;
$$;

create function ask.usage(p_account uuid)
returns table (used_bytes bigint, messages bigint, quota_bytes bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.used_bytes, a.messages, a.quota_bytes
    from account a
   where a.account = p_account;
$$;

-- Ignored where a newer snapshot is stored; dead messages go in any case, for they never come back. Answers with the
-- names of blobs that nobody needs any more.
create function ask.write_snapshot(
  p_account  uuid,
  p_seq      bigint,
  p_segments text[],
  p_seqs     bigint[],
  p_sealed   bytea[],
  p_vanished text[],
  p_dead     uuid[]
)
returns table (blob text)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  update account a
     set snapshot_seq = p_seq
   where a.account = p_account
     and a.snapshot_seq <= p_seq
     and a.head >= p_seq;
  if found then
    delete from snapshot s where s.account = p_account and s.segment = any (p_vanished);
    insert into snapshot (account, segment, seq, sealed)
    select p_account, s.* from unnest(p_segments, p_seqs, p_sealed) as s
    on conflict (account, segment) do update set seq = excluded.seq, sealed = excluded.sealed;
  end if;
  delete from part p where p.account = p_account and p.message = any (p_dead);
  return query
    with dead as (
      delete from message m where m.account = p_account and m.message = any (p_dead) returning m.blob
    )
    select d.blob from dead d where d.blob is not null;
end
$$;
