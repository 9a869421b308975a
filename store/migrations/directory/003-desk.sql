-- What the desk may do: everything but reading a verifier. It writes credentials; no function here gives one back.

create function ask.add_brand(p_brand text, p_name text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  insert into brand (brand, name) values (p_brand, p_name) on conflict do nothing;
  return case when found then 'added' else 'exists' end;
end
$$;

create function ask.brands()
returns table (brand text, name text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select b.brand, b.name from brand b order by b.brand limit 10000;
$$;

create function ask.add_domain(p_domain text, p_brand text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from brand b where b.brand = p_brand for key share;
  if not found then return 'noSuchBrand'; end if;
  insert into domain (domain, brand) values (p_domain, p_brand) on conflict do nothing;
  return case when found then 'added' else 'exists' end;
end
$$;

create function ask.remove_domain(p_domain text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from domain d where d.domain = p_domain for update;
  if not found then return 'noSuchDomain'; end if;
  if exists (select from address a where a.domain = p_domain and a.account is not null) then return 'notEmpty'; end if;
  delete from domain d where d.domain = p_domain;
  return 'removed';
end
$$;

create function ask.domains()
returns table (domain text, brand text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select d.domain, d.brand from domain d order by d.domain limit 100000;
$$;

-- Takes an address for an account. The lock on the domain's row keeps it from being removed meanwhile.
create function kept.take_address(p_account uuid, p_domain text, p_index bytea, p_sealed bytea, p_primary boolean)
returns text
language plpgsql
set search_path = kept, pg_temp
as $$
declare
  holder uuid;
begin
  insert into address (index, account, domain, sealed, is_primary)
  values (p_index, p_account, p_domain, p_sealed, p_primary)
  on conflict (index) do nothing;
  if found then return 'added'; end if;
  select a.account into holder from address a where a.index = p_index;
  return case when holder is null then 'neverAgain' else 'exists' end;
end
$$;

create function ask.add_account(
  p_account uuid, p_brand text, p_public_key bytea, p_escrow bytea,
  p_salt bytea, p_m integer, p_t integer, p_p integer, p_credential bytea,
  p_domain text, p_index bytea, p_address bytea
)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  taken text;
begin
  perform from domain d where d.domain = p_domain and d.brand = p_brand for key share;
  if not found then return 'noSuchDomain'; end if;
  insert into account (account, brand, public_key, escrow) values (p_account, p_brand, p_public_key, p_escrow);
  taken := take_address(p_account, p_domain, p_index, p_address, true);
  if taken <> 'added' then
    delete from account a where a.account = p_account;
    return taken;
  end if;
  insert into credential (account, salt, m, t, p, sealed) values (p_account, p_salt, p_m, p_t, p_p, p_credential);
  return 'added';
end
$$;

create function ask.find(p_index bytea)
returns table (account uuid, state text, brand text, created_at timestamptz, last_login_at timestamptz, aliases bigint, address bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.brand, a.created_at, a.last_login_at,
         (select count(*) from address o where o.account = a.account and not o.is_primary),
         (select o.sealed from address o where o.account = a.account and o.is_primary)
    from address d
    join account a using (account)
   where d.index = p_index;
$$;

create function ask.list(p_after uuid, p_limit integer)
returns table (account uuid, state text, brand text, created_at timestamptz, last_login_at timestamptz, aliases bigint, address bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.brand, a.created_at, a.last_login_at,
         (select count(*) from address o where o.account = a.account and not o.is_primary),
         (select o.sealed from address o where o.account = a.account and o.is_primary)
    from account a
   where a.account > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
   order by a.account
   limit p_limit;
$$;

create function ask.set_state(p_account uuid, p_state text)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update account set state = p_state where account = p_account;
$$;

create function ask.add_alias(p_account uuid, p_domain text, p_index bytea, p_sealed bytea)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from domain d where d.domain = p_domain for key share;
  if not found then return 'noSuchDomain'; end if;
  return take_address(p_account, p_domain, p_index, p_sealed, false);
end
$$;

create function ask.remove_alias(p_index bytea)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  held address%rowtype;
begin
  select * into held from address a where a.index = p_index and a.account is not null for update;
  if not found then return 'noSuchAddress'; end if;
  if held.is_primary then return 'primaryStays'; end if;
  delete from address a where a.index = p_index;
  return 'removed';
end
$$;

create function ask.set_credential(p_account uuid, p_salt bytea, p_m integer, p_t integer, p_p integer, p_sealed bytea)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into credential (account, salt, m, t, p, sealed)
  values (p_account, p_salt, p_m, p_t, p_p, p_sealed)
  on conflict (account) do update
    set salt = excluded.salt, m = excluded.m, t = excluded.t, p = excluded.p, sealed = excluded.sealed;
$$;

create function ask.escrow_of(p_account uuid)
returns bytea
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.escrow from account a where a.account = p_account;
$$;

-- Everything of the account goes; its addresses stay as tombstones.
create function ask.bury(p_account uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update address set account = null, sealed = null where account = p_account;
  delete from account where account = p_account;
$$;
