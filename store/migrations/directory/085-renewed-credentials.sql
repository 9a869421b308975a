-- A person changes the own password. The row of before is the permit: only the warden reads it, so whoever can name it was given it there.

-- What the desk owes the account: a notice that its password changed. It goes in with the change, so that no crash parts them.
create table kept.owed_notice (
  id          uuid primary key,
  account     uuid        not null references kept.account on delete cascade,
  language    text        not null check (language in ('ja', 'en')),
  browser     text        not null check (length(browser) <= 60),
  happened_at timestamptz not null default now(),
  due         timestamptz not null default now()
);
create index owed_notice_by_due on kept.owed_notice (due);
create index owed_notice_by_account on kept.owed_notice (account);

-- The mailroom's.

-- Everybody is signed out but `p_device`, whose subscriptions to news go on; a session takes the number that comes back for its own. Null where the
-- row is another by now, or the account may not be used. Locks in the order of set_credential.
create function ask.renew_credential(
  p_account uuid, p_previous bytea, p_salt bytea, p_m integer, p_t integer, p_p integer, p_sealed bytea,
  p_device uuid, p_notice uuid, p_language text, p_browser text)
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_sign_outs bigint;
begin
  update credential c
     set salt = p_salt, m = p_m, t = p_t, p = p_p, sealed = p_sealed
   where c.account = p_account
     and c.sealed = p_previous
     and exists (select from account a where a.account = p_account and a.state = 'active');
  if not found then
    return null;
  end if;
  perform from account a where a.account = p_account for update;
  update push_subscription s
     set sign_outs = s.sign_outs + 1
   where s.account = p_account
     and s.device = p_device
     and exists (select from standing_push t where t.account = s.account and t.id = s.id);
  update account a
     set sign_outs = a.sign_outs + 1
   where a.account = p_account
  returning a.sign_outs + coalesce((select sum(o.times) from sign_out o where o.scope in ('', a.brand)), 0)
    into v_sign_outs;
  delete from device d where d.account = p_account and d.device is distinct from p_device;
  insert into owed_notice (id, account, language, browser) values (p_notice, p_account, p_language, p_browser);
  return v_sign_outs;
end
$$;

-- The desk's.

-- Under a lease: who takes them and dies leaves them to the next. What could not be told in a week is told no more.
create function ask.claim_owed_notices(p_max integer, p_lease_ms integer)
returns table (id uuid, account uuid, state text, brand text, language text, browser text, happened_ms bigint)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from owed_notice n where n.happened_at < now() - interval '7 days';
  return query
    update owed_notice n
       set due = now() + make_interval(secs => p_lease_ms / 1000.0)
      from (select d.id
              from owed_notice d
             where d.due <= now()
             order by d.due
             limit p_max
               for update skip locked) as c,
           account a
     where n.id = c.id and a.account = n.account
    returning n.id, n.account, a.state, a.brand, n.language, n.browser, floor(extract(epoch from n.happened_at) * 1000)::bigint;
end
$$;

create function ask.settle_owed_notice(p_id uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from owed_notice n where n.id = p_id;
$$;
