-- A large message is a blob that is durable before the append that names it. Where that append did not happen, and nobody learnt so,
-- the blob stayed for ever. As with packs, a blob is doomed before it is durable, for each account that it is for, and pardoned by the
-- transaction that names it; one that comes later than an hour is refused. What is doomed for an hour is condemned for the cell as a
-- whole, whether anybody opens that account again or not. What a row names is never condemned, whatever else is written here.

create index message_by_blob on kept.message (account, blob) where blob is not null;
create index doomed_blob_by_since on kept.doomed_blob (since);

drop function ask.doom_blob(uuid, text);

create function ask.doom_blob(p_accounts uuid[], p_blob text)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into doomed_blob (account, blob, since)
  select a.account, p_blob, now() from unnest(p_accounts) as a (account)
  on conflict do nothing;
$$;

drop function ask.condemned_blobs(uuid, bigint);

-- To be removed now; `blobs_removed` says that it was done. An append that pardons one at this moment is waited for by nobody: its row
-- is left for the next time, and is gone then.
create function ask.condemned_blobs(p_limit bigint)
returns table (account uuid, blob text)
language sql
security definer
set search_path = kept, pg_temp
as $$
  with old as materialized (
    select o.account, o.blob,
           exists (select from message m where m.account = o.account and m.blob = o.blob)
             or exists (select from body_pack k where k.account = o.account and k.blob = o.blob) as named
      from doomed_blob o
     where o.since < now() - interval '1 hour'
     order by o.since
     limit p_limit
       for update of o skip locked
  ), pardoned as (
    delete from doomed_blob d using old o where d.account = o.account and d.blob = o.blob and o.named
  )
  update doomed_blob d
     set since = '-infinity'
    from old o
   where d.account = o.account
     and d.blob = o.blob
     and not o.named
  returning d.account, d.blob;
$$;

drop function ask.blobs_removed(uuid, text[]);

create function ask.blobs_removed(p_accounts uuid[], p_blobs text[])
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from doomed_blob d
   using unnest(p_accounts, p_blobs) as r (account, blob)
   where d.account = r.account
     and d.blob = r.blob;
$$;

alter function kept.pardon_pack() rename to pardon_blob;

create or replace function kept.pardon_blob()
returns trigger
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from doomed_blob d where d.account = new.account and d.blob = new.blob and d.since > '-infinity';
  if not found then
    raise exception 'the blob is not there any more';
  end if;
  return null;
end
$$;

create trigger pardon_body
after insert on kept.message
for each row when (new.blob is not null) execute function kept.pardon_blob();

-- What was doomed and not condemned may belong to an append that is on its way and comes too late: it is swept like any other.
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
  delete from doomed_blob where account = p_account and since = '-infinity';
$$;
