-- Journals of shared mailboxes. A mailroom makes and removes these; an account's journal it can't.

create table kept.share (
  account uuid primary key
);

create function ask.open_share(p_share uuid, p_quota_bytes bigint)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  with made as (
    insert into account (account, quota_bytes) values (p_share, p_quota_bytes) on conflict (account) do nothing returning account
  )
  insert into share (account) select account from made;
$$;

create function ask.remove_share(p_share uuid)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp, ask
as $$
begin
  delete from share where account = p_share;
  if not found then return false; end if;
  perform ask.remove_journal(p_share);
  return true;
end
$$;
