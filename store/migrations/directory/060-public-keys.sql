-- Notices of the provider are sealed to their readers by intake, which the desk tells whose they are.
create function ask.public_keys(p_accounts uuid[])
returns table (account uuid, public_key bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.public_key
    from account a
   where a.account = any (p_accounts)
     and a.state <> 'cancelled';
$$;
