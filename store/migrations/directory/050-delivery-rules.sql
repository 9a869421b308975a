-- What a person wants done with mail that arrives: script, vacation, forwarding, sealed to the key of the intake role. Intake reads
-- the rules of one account at a time, by its handle; a mailroom writes them. Marks remember who had a vacation answer and which
-- messages were seen (RFC 5230, RFC 7352), as keyed digests alone.

create table kept.delivery_rules (
  account uuid   primary key references kept.account on delete cascade,
  version bigint not null,
  sealed  bytea  not null check (length(sealed) <= 524288)
);
create sequence kept.delivery_rules_version;

create table kept.delivery_mark (
  account uuid        not null references kept.account on delete cascade,
  mark    bytea       not null check (length(mark) = 16),
  until   timestamptz not null,
  primary key (account, mark)
);
create index delivery_mark_by_end on kept.delivery_mark (account, until);

create table kept.sent_on (
  account  uuid        primary key references kept.account on delete cascade,
  hour     timestamptz not null,
  messages integer     not null
);

drop function ask.resolve(bytea);
create function ask.resolve(p_index bytea)
returns table (account uuid, state text, public_key bytea, brand text, choices text, allow bytea, deny bytea, rules bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.public_key, a.brand,
         (select c.choices::text from filter_choice c where c.account = a.account),
         (select string_agg(e.entry, ''::bytea) from filter_entry e where e.account = a.account and e.list = 'allow'),
         (select string_agg(e.entry, ''::bytea) from filter_entry e where e.account = a.account and e.list = 'deny'),
         (select r.version from delivery_rules r where r.account = a.account)
    from address d
    join account a using (account)
   where d.index = p_index;
$$;

create function ask.rules_of(p_account uuid)
returns bytea
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select r.sealed from delivery_rules r where r.account = p_account;
$$;

create function ask.set_rules(p_account uuid, p_sealed bytea)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_sealed is null then
    delete from delivery_rules r where r.account = p_account;
    return;
  end if;
  insert into delivery_rules (account, version, sealed)
  values (p_account, nextval('delivery_rules_version'), p_sealed)
  on conflict (account) do update
    set version = excluded.version, sealed = excluded.sealed;
end
$$;

create function ask.is_marked(p_account uuid, p_mark bytea)
returns boolean
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select exists (select from delivery_mark m where m.account = p_account and m.mark = p_mark and m.until > now());
$$;

-- Of two that set the same mark at the same time one is told that it was set already: they meet at its row.
create function ask.mark(p_account uuid, p_mark bytea, p_seconds integer, p_again boolean, p_max integer)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_until constant timestamptz := now() + make_interval(secs => p_seconds);
  v_fresh boolean;
begin
  delete from delivery_mark m where m.account = p_account and m.mark = p_mark and m.until <= now();
  insert into delivery_mark (account, mark, until)
  values (p_account, p_mark, v_until)
  on conflict (account, mark) do nothing;
  v_fresh := found;
  if not v_fresh and p_again then
    update delivery_mark m set until = v_until where m.account = p_account and m.mark = p_mark;
  end if;
  if v_fresh then
    delete from delivery_mark m
     where m.account = p_account
       and m.mark in (
         select o.mark from delivery_mark o
          where o.account = p_account
          order by o.until desc
         offset p_max);
  end if;
  return v_fresh;
end
$$;

create function ask.count_sent_on(p_account uuid, p_messages integer, p_max integer)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_hour constant timestamptz := date_trunc('hour', now());
begin
  insert into sent_on as s (account, hour, messages)
  select p_account, v_hour, p_messages where p_messages <= p_max
  on conflict (account) do update
    set hour     = v_hour,
        messages = case when s.hour = v_hour then s.messages else 0 end + excluded.messages
  where case when s.hour = v_hour then s.messages else 0 end + excluded.messages <= p_max;
  return found;
end
$$;
