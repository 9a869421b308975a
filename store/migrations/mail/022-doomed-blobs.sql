-- A blob that no row names is garbage for ever, and a process may die between writing the one and the other. So a pack's blob
-- is doomed before it is written and pardoned by the transaction that names it; what a transaction stops naming it condemns.
-- What is doomed for an hour is condemned, and what is condemned is removed by whoever comes by. Nobody pardons it then.

create table kept.doomed_blob (
  account uuid        not null,
  blob    text        not null,
  -- Negative infinity: condemned.
  since   timestamptz not null,
  primary key (account, blob)
);

create function ask.doom_blob(p_account uuid, p_blob text)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into doomed_blob (account, blob, since) values (p_account, p_blob, now()) on conflict do nothing;
$$;

-- To be removed now; `blobs_removed` says that it was done.
create function ask.condemned_blobs(p_account uuid, p_limit bigint)
returns table (blob text)
language sql
security definer
set search_path = kept, pg_temp
as $$
  update doomed_blob d
     set since = '-infinity'
   where d.account = p_account
     and d.blob in (select o.blob
                      from doomed_blob o
                     where o.account = p_account
                       and o.since < now() - interval '1 hour'
                     limit p_limit)
  returning d.blob;
$$;

create function ask.blobs_removed(p_account uuid, p_blobs text[])
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from doomed_blob d where d.account = p_account and d.blob = any (p_blobs);
$$;

create function kept.pardon_pack()
returns trigger
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from doomed_blob d where d.account = new.account and d.blob = new.blob and d.since > '-infinity';
  if not found then
    raise exception 'the blob of a pack is not there any more';
  end if;
  return null;
end
$$;

create trigger pardon_pack
after insert on kept.body_pack
for each row execute function kept.pardon_pack();

create function kept.condemn_blob()
returns trigger
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  insert into doomed_blob (account, blob, since) values (old.account, old.blob, '-infinity')
  on conflict (account, blob) do update set since = '-infinity';
  return null;
end
$$;

create trigger condemn_pack
after delete on kept.body_pack
for each row execute function kept.condemn_blob();

create trigger condemn_body
after delete on kept.message
for each row when (old.blob is not null) execute function kept.condemn_blob();

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
  delete from doomed_blob where account = p_account;
$$;
