-- What intake, warden and mailroom may ask, one address or one account at a time.

create function ask.resolve(p_index bytea)
returns table (account uuid, state text, public_key bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.public_key
    from address d
    join account a using (account)
   where d.index = p_index;
$$;

create function ask.is_local_domain(p_domain text)
returns boolean
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select exists (select from domain where domain = p_domain);
$$;

create function ask.credential_for(p_index bytea)
returns table (account uuid, state text, brand text, public_key bytea, salt bytea, m integer, t integer, p integer, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.brand, a.public_key, c.salt, c.m, c.t, c.p, c.sealed
    from address d
    join account a using (account)
    join credential c using (account)
   where d.index = p_index;
$$;

create function ask.replace_credential(p_account uuid, p_previous bytea, p_salt bytea, p_m integer, p_t integer, p_p integer, p_sealed bytea)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  update credential c
     set salt = p_salt, m = p_m, t = p_t, p = p_p, sealed = p_sealed
   where c.account = p_account
     and c.sealed = p_previous;
  return found;
end
$$;

-- A minute is precise enough, and the write need not survive a crash.
create function ask.logged_in(p_accounts uuid[])
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  update account a
     set last_login_at = date_trunc('minute', now())
   where a.account = any (p_accounts)
     and a.last_login_at is distinct from date_trunc('minute', now());
end
$$;

create function ask.account_state(p_account uuid)
returns table (state text, public_key bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.state, a.public_key from account a where a.account = p_account;
$$;

create function ask.owns_address(p_account uuid, p_index bytea)
returns boolean
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select exists (select from address d where d.index = p_index and d.account = p_account);
$$;
