-- Packs: what a mailroom reads of thousands of messages lies together instead of row by row. An index pack holds the
-- index records of a run of messages in columns, sealed anew by a mailroom; the rows keep theirs, so a pack is never the
-- only copy. A body pack is a blob of many sealed bodies, unopened; `place` says where each lies, and its parts are gone.
-- Which pack comes first wins: a mailroom that comes second finds nothing left to do.

create table kept.index_pack (
  account       uuid   not null,
  pack          uuid   not null,
  first_message uuid   not null,
  last_message  uuid   not null,
  messages      bigint not null,
  primary key (account, pack)
);

create table kept.index_segment (
  account uuid  not null,
  pack    uuid  not null,
  name    text  not null,
  sealed  bytea not null,
  primary key (account, pack, name)
);
alter table kept.index_segment alter column sealed set storage external;

create table kept.body_pack (
  account    uuid   not null,
  blob       text   not null,
  size_bytes bigint not null,
  live_bytes bigint not null,
  primary key (account, blob)
);

create table kept.place (
  account    uuid   not null,
  message    uuid   not null,
  blob       text   not null,
  at_byte    bigint not null,
  size_bytes bigint not null,
  primary key (account, message)
);
create index place_by_blob on kept.place (account, blob);

create function ask.index_packs(p_account uuid)
returns table (pack uuid, first_message uuid, last_message uuid, messages bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select k.pack, k.first_message, k.last_message, k.messages
    from index_pack k
   where k.account = p_account
   order by k.first_message;
$$;

create function ask.index_segments(p_account uuid, p_pack uuid, p_names text[])
returns table (name text, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select s.name, s.sealed
    from index_segment s
   where s.account = p_account
     and s.pack = p_pack
     and s.name = any (p_names);
$$;

-- True where the pack is stored: its run overlaps no other pack's but that of the one it replaces, which is still there.
-- A pack of no messages only removes.
create function ask.add_index_pack(
  p_account  uuid,
  p_pack     uuid,
  p_first    uuid,
  p_last     uuid,
  p_messages bigint,
  p_names    text[],
  p_sealed   bytea[],
  p_replaces uuid
)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_account::text, 20));
  if p_replaces is not null then
    delete from index_pack k where k.account = p_account and k.pack = p_replaces;
    if not found then
      return false;
    end if;
    delete from index_segment s where s.account = p_account and s.pack = p_replaces;
  end if;
  if p_messages = 0 then
    return true;
  end if;
  if exists (select from index_pack k where k.account = p_account and k.first_message <= p_last and k.last_message >= p_first) then
    if p_replaces is not null then
      raise exception 'packs overlap';
    end if;
    return false;
  end if;
  insert into index_pack (account, pack, first_message, last_message, messages)
  values (p_account, p_pack, p_first, p_last, p_messages);
  insert into index_segment (account, pack, name, sealed)
  select p_account, p_pack, s.* from unnest(p_names, p_sealed) as s;
  return true;
end
$$;

-- Bodies that still lie in parts, oldest message first: as many as have at most so many parts together. Messages whose
-- parts are beyond that are left for the next time.
create function ask.unpacked_bodies(p_account uuid, p_parts bigint)
returns table (message uuid, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select p.message, p.sealed
    from part p
   where p.account = p_account
   order by p.message, p.part
   limit p_parts;
$$;

-- Bodies in packs of which less than half is live, as many as have at most so many bytes together.
create function ask.wasted_places(p_account uuid, p_bytes bigint)
returns table (message uuid, blob text, at_byte bigint, size_bytes bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select l.message, l.blob, l.at_byte, l.size_bytes
    from place l
    join (select w.blob, sum(w.live_bytes) over (order by w.blob) as live
            from body_pack w
           where w.account = p_account
             and w.live_bytes * 2 < w.size_bytes) as w on w.blob = l.blob
   where l.account = p_account
     and w.live <= p_bytes
   order by l.message;
$$;

-- Says where these bodies lie from now on: in `p_blob`, which is durable. Those of `p_from` null came from parts, which go;
-- the others from that pack. What went or moved meanwhile is left as it is. Answers with the blobs nobody needs any more:
-- packs that are empty now, and the new one itself where nothing came to lie in it.
create function ask.place_bodies(
  p_account  uuid,
  p_blob     text,
  p_size     bigint,
  p_messages uuid[],
  p_from     text[],
  p_at       bigint[],
  p_sizes    bigint[]
)
returns table (blob text)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  placed bigint;
  moved bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_account::text, 20));
  with wanted as (
    select w.message, w.at_byte, w.size_bytes
      from unnest(p_messages, p_from, p_at, p_sizes) as w (message, origin, at_byte, size_bytes)
     where w.origin is null
  ), gone as (
    delete from part p using wanted w where p.account = p_account and p.message = w.message returning p.message
  ), new_places as (
    insert into place (account, message, blob, at_byte, size_bytes)
    select p_account, w.message, p_blob, w.at_byte, w.size_bytes
      from wanted w
     where exists (select from gone g where g.message = w.message)
    returning place.size_bytes
  )
  select coalesce(sum(n.size_bytes), 0) into placed from new_places n;

  with wanted as (
    select w.message, w.origin, w.at_byte
      from unnest(p_messages, p_from, p_at) as w (message, origin, at_byte)
     where w.origin is not null
  ), changed as (
    update place l
       set blob = p_blob, at_byte = w.at_byte
      from wanted w
     where l.account = p_account and l.message = w.message and l.blob = w.origin
    returning w.origin, l.size_bytes
  ), taken as (
    update body_pack k
       set live_bytes = k.live_bytes - c.bytes
      from (select c.origin, sum(c.size_bytes) as bytes from changed c group by c.origin) as c
     where k.account = p_account and k.blob = c.origin
  )
  select coalesce(sum(c.size_bytes), 0) into moved from changed c;

  if placed + moved > 0 then
    insert into body_pack (account, blob, size_bytes, live_bytes) values (p_account, p_blob, p_size, placed + moved);
  else
    return query select p_blob;
  end if;
  return query
    delete from body_pack k where k.account = p_account and k.live_bytes = 0 returning k.blob;
end
$$;

drop function ask.bodies(uuid, uuid[]);

-- A row for each part, in order; one for a body that is a blob, lies in a pack, or is empty.
create function ask.bodies(p_account uuid, p_messages uuid[])
returns table (message uuid, blob text, at_byte bigint, size_bytes bigint, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select m.message, coalesce(l.blob, m.blob), l.at_byte, l.size_bytes, p.sealed
    from message m
    left join place l on l.account = p_account and l.message = m.message
    left join part p on p.account = p_account and p.message = m.message
   where m.account = p_account
     and m.message = any (p_messages)
   order by m.message, p.part;
$$;

-- As before, and what dead messages had in packs is no longer live; a pack without any goes.
create or replace function ask.write_snapshot(
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
  if cardinality(p_dead) = 0 then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_account::text, 20));
  delete from part p where p.account = p_account and p.message = any (p_dead);
  with gone as (
    delete from place l where l.account = p_account and l.message = any (p_dead) returning l.blob, l.size_bytes
  )
  update body_pack k
     set live_bytes = k.live_bytes - g.bytes
    from (select g.blob, sum(g.size_bytes) as bytes from gone g group by g.blob) as g
   where k.account = p_account and k.blob = g.blob;
  return query
    with dead as (
      delete from message m where m.account = p_account and m.message = any (p_dead) returning m.blob
    )
    select d.blob from dead d where d.blob is not null;
  return query
    delete from body_pack k where k.account = p_account and k.live_bytes = 0 returning k.blob;
end
$$;

create or replace function ask.remove_journal(p_account uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from account where account = p_account;
  delete from event where account = p_account;
  delete from message where account = p_account;
  delete from part where account = p_account;
  delete from content_key where account = p_account;
  delete from snapshot where account = p_account;
  delete from arrival where account = p_account;
  delete from index_pack where account = p_account;
  delete from index_segment where account = p_account;
  delete from body_pack where account = p_account;
  delete from place where account = p_account;
$$;
