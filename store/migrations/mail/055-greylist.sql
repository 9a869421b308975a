-- First attempts of strangers (greylisting): keyed hashes and times, nothing that names anybody.

create table kept.greylist (
  key        bytea primary key check (octet_length(key) = 16),
  first_at   timestamptz not null,
  until      timestamptz not null,
  -- Of a triplet: whether it has passed; of a network: how many of its triplets have.
  passed     integer not null default 0
);
create index greylist_until on kept.greylist (until);

-- True where it may pass. Beyond `rows_max` nobody is kept waiting: a flood must not fill the disk.
create function ask.greylist(p_triplet bytea, p_peer bytea, p_wait_ms bigint, p_retry_ms bigint, p_pass_ms bigint)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  rows_max constant real := 5000000;
  good_after constant integer := 5;
  at constant timestamptz := now();
  pass constant interval := p_pass_ms * interval '1 millisecond';
  known greylist;
begin
  update greylist set until = at + pass where key = p_peer and passed >= good_after and until > at;
  if found then return true; end if;
  if (select reltuples from pg_class where oid = 'kept.greylist'::regclass) > rows_max then return true; end if;
  insert into greylist (key, first_at, until) values (p_triplet, at, at + p_retry_ms * interval '1 millisecond')
  on conflict (key) do nothing;
  if found then return false; end if;
  select * into known from greylist where key = p_triplet for update;
  if not found then return false; end if;
  if known.until <= at then
    update greylist set first_at = at, until = at + p_retry_ms * interval '1 millisecond', passed = 0 where key = p_triplet;
    return false;
  end if;
  if known.passed = 0 and at < known.first_at + p_wait_ms * interval '1 millisecond' then return false; end if;
  update greylist set passed = 1, until = at + pass where key = p_triplet;
  if known.passed = 0 then
    insert into greylist as peer (key, first_at, until, passed) values (p_peer, at, at + pass, 1)
    on conflict (key) do update set passed = case when peer.until > at then peer.passed + 1 else 1 end, until = at + pass;
  end if;
  return true;
end
$$;

create function ask.prune_greylist()
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from greylist where key in (select g.key from greylist g where g.until < now() order by g.until limit 100000);
$$;
