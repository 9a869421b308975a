-- Addresses an account may send as. Those that lead to it it may use anyway: here they stand so that its own programs can list them,
-- sealed to its key. Others are granted one by one, and only within a brand; they go with the address.

create table kept.identity (
  account uuid  not null references kept.account on delete cascade,
  index   bytea not null references kept.address on delete cascade,
  sealed  bytea not null check (length(sealed) <= 1024),
  primary key (account, index)
);
create index identity_by_index on kept.identity (index);

create function ask.may_send_as(p_account uuid, p_index bytea)
returns boolean
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select exists (select from address d where d.index = p_index and d.account = p_account)
      or exists (
           select from identity i
             join address d on d.index = i.index
             join account o on o.account = d.account
             join account a on a.account = i.account and a.brand = o.brand
            where i.account = p_account
              and i.index = p_index);
$$;

-- Sealed to the account's key.
create function ask.identities(p_account uuid)
returns table (sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select i.sealed
    from identity i
    join address d on d.index = i.index and d.account is not null
   where i.account = p_account
   order by i.index
   limit 64;
$$;

-- The lock on the account's row counts its identities one after the other.
create function ask.add_identity(p_account uuid, p_index bytea, p_sealed bytea)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  of_brand text;
begin
  select a.brand into of_brand from account a where a.account = p_account for update;
  if not found then return 'noSuchAddress'; end if;
  perform from address d join account o using (account) where d.index = p_index and o.brand = of_brand;
  if not found then return 'noSuchAddress'; end if;
  if (select count(*) from identity i where i.account = p_account) >= 64 then return 'tooMany'; end if;
  insert into identity (account, index, sealed) values (p_account, p_index, p_sealed) on conflict do nothing;
  return case when found then 'added' else 'exists' end;
end
$$;

create function ask.remove_identity(p_account uuid, p_index bytea)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from identity i
   using address d
   where i.account = p_account
     and i.index = p_index
     and d.index = i.index
     and d.account is distinct from p_account;
  return found;
end
$$;
