-- Shared mailboxes: which account has the key of which share, sealed to that account. Who may do what in a share is in its
-- own journal, sealed; the owner of a row here learns nothing of that. Members are of their maker's brand.

create table kept.share (
  share uuid primary key,
  maker uuid references kept.account on delete set null,
  brand text not null references kept.brand
);
create index share_by_maker on kept.share (maker) where maker is not null;

create table kept.share_member (
  account    uuid  not null references kept.account on delete cascade,
  share      uuid  not null references kept.share on delete cascade,
  sealed_key bytea not null check (length(sealed_key) <= 256),
  primary key (account, share)
);
create index share_member_by_share on kept.share_member (share);

create function ask.shares_of(p_account uuid)
returns table (share uuid, sealed_key bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select m.share, m.sealed_key from share_member m where m.account = p_account order by m.share limit 64;
$$;

create function ask.share_candidate(p_of uuid, p_index bytea)
returns table (account uuid, public_key bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.public_key
    from account o
    join address d on d.index = p_index
    join account a on a.account = d.account and a.brand = o.brand
   where o.account = p_of
     and a.state = 'active';
$$;

-- The lock on the account's row counts its shares one after the other.
create function ask.make_share(p_maker uuid, p_share uuid, p_sealed_key bytea)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  of_brand text;
begin
  select a.brand into of_brand from account a where a.account = p_maker for update;
  if not found then return 'tooMany'; end if;
  if (select count(*) from share s where s.maker = p_maker) >= 16 then return 'tooMany'; end if;
  if (select count(*) from share_member m where m.account = p_maker) >= 64 then return 'tooMany'; end if;
  insert into share (share, maker, brand) values (p_share, p_maker, of_brand);
  insert into share_member (account, share, sealed_key) values (p_maker, p_share, p_sealed_key);
  return 'made';
end
$$;

create function ask.add_share_member(p_account uuid, p_share uuid, p_sealed_key bytea)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from account a join share s using (brand) where a.account = p_account and s.share = p_share for update of a;
  if not found then return 'tooMany'; end if;
  if (select count(*) from share_member m where m.account = p_account and m.share <> p_share) >= 64 then return 'tooMany'; end if;
  insert into share_member (account, share, sealed_key)
  values (p_account, p_share, p_sealed_key)
  on conflict (account, share) do update set sealed_key = excluded.sealed_key;
  return 'added';
end
$$;

create function ask.remove_share_member(p_share uuid, p_account uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from share_member where account = p_account and share = p_share;
$$;

create function ask.remove_share(p_share uuid)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  delete from share where share = p_share;
$$;
