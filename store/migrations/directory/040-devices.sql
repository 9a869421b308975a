-- Devices that may sign in to the web without the password. `sealed` is what the vault makes of the credential (W2), `facts` what the person
-- may read of the device, sealed to the account's key. Sessions of the web end with what they stand on: a device's row, or the account's
-- number of sign-outs.

create table kept.device (
  device  uuid primary key,
  account uuid not null references kept.account on delete cascade,
  sealed  bytea not null check (length(sealed) <= 2048),
  facts   bytea not null check (length(facts) <= 4096),
  used_at timestamptz not null default now()
) with (fillfactor = 80);
create index device_by_account on kept.device (account);

alter table kept.account add column sign_outs bigint not null default 0;

-- Of a brand, or with the empty scope of the whole cell: nobody's row is touched.
create table kept.sign_out (
  scope text primary key,
  times bigint not null
);

-- The warden's.

-- The lock on the account's row counts its devices one after the other. The one that was used longest ago makes room.
create function ask.add_device(p_device uuid, p_account uuid, p_sealed bytea, p_facts bytea)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from account a where a.account = p_account for update;
  delete from device d
   where d.device in (select o.device from device o where o.account = p_account order by o.used_at desc, o.device offset 31);
  insert into device (device, account, sealed, facts) values (p_device, p_account, p_sealed, p_facts);
end
$$;

create function ask.device_for(p_device uuid)
returns table (account uuid, state text, brand text, public_key bytea, sealed bytea, facts bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.brand, a.public_key, d.sealed, d.facts
    from device d
    join account a using (account)
   where d.device = p_device;
$$;

create function ask.device_used(p_device uuid, p_facts bytea)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update device set facts = p_facts, used_at = now() where device = p_device;
$$;

-- The mailroom's.

create function ask.devices(p_account uuid)
returns table (device uuid, facts bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select d.device, d.facts from device d where d.account = p_account order by d.used_at desc, d.device limit 64;
$$;

create function ask.remove_device(p_account uuid, p_device uuid)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from device d where d.device = p_device and d.account = p_account;
  return found;
end
$$;

-- What an open session stands on.
create function ask.session_standing(p_account uuid)
returns table (state text, public_key bytea, sign_outs bigint, devices text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.state, a.public_key,
         a.sign_outs + coalesce((select sum(s.times) from sign_out s where s.scope in ('', a.brand)), 0)::bigint,
         coalesce((select string_agg(d.device::text, ' ') from device d where d.account = a.account), '')
    from account a
   where a.account = p_account;
$$;

-- The desk's.

create function ask.sign_out_account(p_account uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update account set sign_outs = sign_outs + 1 where account = p_account;
  delete from device where account = p_account;
$$;

-- The devices' credentials are dead by the vault's epoch.
create function ask.sign_out_all(p_brand text)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into sign_out as s (scope, times) values (p_brand, 1)
  on conflict (scope) do update set times = s.times + 1;
$$;

-- Who has a new password has signed out everywhere.
create or replace function ask.set_credential(p_account uuid, p_salt bytea, p_m integer, p_t integer, p_p integer, p_sealed bytea)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into credential (account, salt, m, t, p, sealed)
  values (p_account, p_salt, p_m, p_t, p_p, p_sealed)
  on conflict (account) do update
    set salt = excluded.salt, m = excluded.m, t = excluded.t, p = excluded.p, sealed = excluded.sealed;
  update account set sign_outs = sign_outs + 1 where account = p_account;
  delete from device where account = p_account;
$$;
