-- Push subscriptions (RFC 8620 section 7.2): where news of an account goes while nobody is signed in. `sealed` is the endpoint, its keys and the
-- verification code, sealed to the key of the intake role; the rest is what deciding needs. A row ends with the device it was made from, with
-- the account's number of sign-outs, with its time, or when its push service no longer knows it.
--
-- What is owed is in the row, so that a crash forgets nothing: `owed` what changed, `told` what is being told under the lease that `due` is then.

create table kept.push_subscription (
  account       uuid        not null references kept.account on delete cascade,
  id            text        not null check (length(id) <= 64),
  device        uuid        references kept.device on delete cascade,
  sign_outs     bigint      not null,
  sealed        bytea       not null check (length(sealed) <= 4096),
  types         text[],
  verified      boolean     not null default false,
  made_at       timestamptz not null default now(),
  expires_at    timestamptz not null,
  head          bigint      not null default 0,
  owed          text[]      not null default '{}',
  told          text[]      not null default '{}',
  due           timestamptz,
  tries         integer     not null default 0,
  pushed_at     timestamptz,
  failing_since timestamptz,
  primary key (account, id)
) with (fillfactor = 70);
create index push_subscription_by_device on kept.push_subscription (device) where device is not null;
create index push_subscription_by_due on kept.push_subscription (due) where due is not null;

create view kept.standing_push as
  select s.*
    from kept.push_subscription s
    join kept.account a using (account)
   where a.state = 'active'
     and s.expires_at > now()
     and (s.verified or s.made_at > now() - interval '1 day')
     and s.sign_outs = a.sign_outs + coalesce((select sum(o.times) from kept.sign_out o where o.scope in ('', a.brand)), 0);

-- The mailroom's.

-- The first thing it is owed is its verification. False: there are as many as there may be, or no such account or device.
create function ask.add_push(p_account uuid, p_id text, p_device uuid, p_sealed bytea, p_types text[], p_expires_ms bigint, p_max integer)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from account a where a.account = p_account for update;
  delete from push_subscription s
   where s.account = p_account
     and not exists (select from standing_push t where t.account = s.account and t.id = s.id);
  if (select count(*) from push_subscription s where s.account = p_account) >= p_max then
    return false;
  end if;
  if p_device is not null and not exists (select from device d where d.device = p_device and d.account = p_account) then
    return false;
  end if;
  insert into push_subscription (account, id, device, sign_outs, sealed, types, expires_at, owed, due)
  select a.account, p_id, p_device,
         a.sign_outs + coalesce((select sum(o.times) from sign_out o where o.scope in ('', a.brand)), 0),
         p_sealed, p_types, to_timestamp(p_expires_ms / 1000.0), array['PushVerification'], now()
    from account a
   where a.account = p_account;
  return found;
end
$$;

create function ask.change_push(p_account uuid, p_id text, p_verified boolean, p_types text[], p_expires_ms bigint)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  update push_subscription s
     set verified = s.verified or p_verified, types = p_types, expires_at = to_timestamp(p_expires_ms / 1000.0)
   where s.account = p_account and s.id = p_id;
  return found;
end
$$;

create function ask.remove_push(p_account uuid, p_id text)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from push_subscription s where s.account = p_account and s.id = p_id;
$$;

create function ask.pushes_of(p_account uuid)
returns table (id text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select s.id from standing_push s where s.account = p_account limit 100;
$$;

-- The mailroom's and intake's.

-- What changed in accounts, up to which head: types of one account are parted by spaces. Gathered for `p_gather_ms`, and no sooner than
-- `p_rest_ms` after the last push. Tells how many subscriptions are owed something.
create function ask.owe_pushes(p_accounts uuid[], p_heads bigint[], p_types text[], p_gather_ms integer, p_rest_ms integer)
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_count bigint;
begin
  update push_subscription s
     set owed = (select array_agg(distinct o.type)
                   from unnest(s.owed || string_to_array(n.types, ' ')) as o (type)
                  where s.types is null or o.type = any (s.types)),
         head = greatest(s.head, n.head),
         due  = coalesce(s.due, greatest(now() + make_interval(secs => p_gather_ms / 1000.0),
                                         s.pushed_at + make_interval(secs => p_rest_ms / 1000.0)))
    from unnest(p_accounts, p_heads, p_types) as n (account, head, types)
   where s.account = n.account
     and s.verified
     and (s.types is null or s.types && string_to_array(n.types, ' '));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Intake's.

-- What is due, under a lease. What no longer stands goes here and is told to nobody.
create function ask.claim_pushes(p_max integer, p_lease_ms integer)
returns table (account uuid, id text, sealed bytea, types text, head bigint, tries integer)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from push_subscription s
   where s.due <= now()
     and not exists (select from standing_push t where t.account = s.account and t.id = s.id);
  return query
    update push_subscription s
       set told  = (select coalesce(array_agg(distinct o.type), '{}') from unnest(s.told || s.owed) as o (type)),
           owed  = '{}',
           due   = now() + make_interval(secs => p_lease_ms / 1000.0),
           tries = s.tries + 1
      from (select d.account, d.id
              from push_subscription d
             where d.due <= now()
             order by d.due
             limit p_max
               for update skip locked) as c
     where s.account = c.account and s.id = c.id
    returning s.account, s.id, s.sealed, array_to_string(s.told, ' '), s.head, s.tries;
end
$$;

-- `p_tries` says which claim is settled: one whose lease ran out settles nothing.
create function ask.settle_push(
  p_account uuid, p_id text, p_tries integer, p_result text, p_again_ms integer, p_rest_ms integer, p_failing_days integer)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_result = 'gone' then
    delete from push_subscription s where s.account = p_account and s.id = p_id and s.tries = p_tries;
  elsif p_result = 'sent' then
    update push_subscription s
       set told = '{}', tries = 0, pushed_at = now(), failing_since = null,
           due  = case when s.owed = '{}' then null else now() + make_interval(secs => p_rest_ms / 1000.0) end
     where s.account = p_account and s.id = p_id and s.tries = p_tries;
  else
    delete from push_subscription s
     where s.account = p_account and s.id = p_id and s.tries = p_tries
       and s.failing_since < now() - make_interval(days => p_failing_days);
    -- Without another try what was to be told is forgotten; the next news begins anew.
    update push_subscription s
       set failing_since = coalesce(s.failing_since, now()),
           owed  = case when p_again_ms is null then '{}' else s.owed || s.told end,
           told  = '{}',
           tries = case when p_again_ms is null then 0 else s.tries end,
           due   = now() + make_interval(secs => p_again_ms / 1000.0)
     where s.account = p_account and s.id = p_id and s.tries = p_tries;
  end if;
end
$$;

create function ask.prune_pushes()
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_count bigint;
begin
  delete from push_subscription s
   where not exists (select from standing_push t where t.account = s.account and t.id = s.id);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
