-- The desk's side of a journal: it is opened, limited, closed and removed; never read.

create function ask.open_journal(p_account uuid, p_quota_bytes bigint)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into account (account, quota_bytes) values (p_account, p_quota_bytes) on conflict (account) do nothing;
$$;

create function ask.set_quota(p_account uuid, p_quota_bytes bigint)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update account set quota_bytes = p_quota_bytes where account = p_account;
$$;

create function ask.set_open(p_account uuid, p_open boolean)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  update account set open = p_open where account = p_account;
$$;

create function ask.usage_of(p_accounts uuid[])
returns table (account uuid, used_bytes bigint, messages bigint, quota_bytes bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.used_bytes, a.messages, a.quota_bytes
    from account a
   where a.account = any (p_accounts);
$$;

create function ask.remove_journal(p_account uuid)
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
$$;
