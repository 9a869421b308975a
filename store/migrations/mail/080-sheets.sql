-- A search asks of every message whether it may hold a few n-grams. A sheet holds the digests of a run of messages turned on their
-- side, in strips sealed one by one: a needle needs a few strips of each sheet instead of every digest. Sheets are made of index
-- packs, so one that is missing costs time and nothing else. Whoever adds one first wins, as with packs.

create table kept.sheet (
  account       uuid   not null,
  sheet         uuid   not null,
  first_message uuid   not null,
  last_message  uuid   not null,
  messages      bigint not null,
  size_bytes    bigint not null,
  primary key (account, sheet)
);

create table kept.strip (
  account uuid   not null,
  sheet   uuid   not null,
  strip   bigint not null,
  sealed  bytea  not null,
  primary key (account, sheet, strip)
);
alter table kept.strip alter column sealed set storage external;

create function ask.sheets(p_account uuid)
returns table (sheet uuid, first_message uuid, last_message uuid, messages bigint, size_bytes bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select t.sheet, t.first_message, t.last_message, t.messages, t.size_bytes
    from sheet t
   where t.account = p_account
   order by t.first_message;
$$;

create function ask.sheet_strips(p_account uuid, p_sheets uuid[], p_strips bigint[])
returns table (sheet uuid, strip bigint, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select s.sheet, s.strip, s.sealed
    from strip s
   where s.account = p_account
     and s.sheet = any (p_sheets)
     and s.strip = any (p_strips);
$$;

-- True where the sheet is stored, its strips numbered from 0 in their order: its run overlaps no other sheet's but of those that it
-- replaces, which are all still there. A sheet of no messages only removes.
create function ask.add_sheet(
  p_account  uuid,
  p_sheet    uuid,
  p_first    uuid,
  p_last     uuid,
  p_messages bigint,
  p_size     bigint,
  p_sealed   bytea[],
  p_replaces uuid[]
)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  present bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_account::text, 20));
  select count(*) into present from sheet t where t.account = p_account and t.sheet = any (p_replaces);
  if present <> cardinality(p_replaces) then
    return false;
  end if;
  if p_messages > 0 and exists (
    select from sheet t
     where t.account = p_account
       and t.first_message <= p_last
       and t.last_message >= p_first
       and t.sheet <> all (p_replaces)
  ) then
    return false;
  end if;
  delete from sheet t where t.account = p_account and t.sheet = any (p_replaces);
  delete from strip s where s.account = p_account and s.sheet = any (p_replaces);
  if p_messages = 0 then
    return true;
  end if;
  insert into sheet (account, sheet, first_message, last_message, messages, size_bytes)
  values (p_account, p_sheet, p_first, p_last, p_messages, p_size);
  insert into strip (account, sheet, strip, sealed)
  select p_account, p_sheet, s.number - 1, s.sealed
    from unnest(p_sealed) with ordinality as s (sealed, number);
  return true;
end
$$;

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
  delete from sheet where account = p_account;
  delete from strip where account = p_account;
  delete from body_pack where account = p_account;
  delete from place where account = p_account;
  delete from doomed_blob where account = p_account and since = '-infinity';
$$;
