-- What an ISP, a brand and a person decide about mail that arrives. Settings are short texts of `mail/filtering/settings.ts`;
-- who stands in a list is kept as a keyed digest alone. Every decision is written down: a consent has to be provable.

create table kept.filter_policy (
  scope    text primary key,
  settings jsonb not null
);

create table kept.filter_choice (
  account uuid primary key references kept.account on delete cascade,
  choices jsonb not null
);

create table kept.filter_entry (
  account uuid  not null references kept.account on delete cascade,
  list    text  not null check (list in ('allow', 'deny')),
  entry   bytea not null check (length(entry) = 16),
  primary key (account, list, entry)
);

create table kept.isp_filter_entry (
  list  text  not null check (list in ('allow', 'deny')),
  entry bytea not null check (length(entry) = 16),
  primary key (list, entry)
);

-- Outlives the account, as the proof of what it agreed to; names it by its handle alone.
create table kept.filter_decision (
  number  bigint generated always as identity primary key,
  at      timestamptz not null default date_trunc('second', now()),
  scope   text,
  account uuid,
  what    text not null,
  value   text,
  caller  text not null
);
create index filter_decision_by_account on kept.filter_decision (account, number) where account is not null;

drop function ask.resolve(bytea);
create function ask.resolve(p_index bytea)
returns table (account uuid, state text, public_key bytea, brand text, choices text, allow bytea, deny bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.account, a.state, a.public_key, a.brand,
         (select c.choices::text from filter_choice c where c.account = a.account),
         (select string_agg(e.entry, ''::bytea) from filter_entry e where e.account = a.account and e.list = 'allow'),
         (select string_agg(e.entry, ''::bytea) from filter_entry e where e.account = a.account and e.list = 'deny')
    from address d
    join account a using (account)
   where d.index = p_index;
$$;

create function ask.filter_policies()
returns table (scope text, settings text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select p.scope, p.settings::text from filter_policy p order by p.scope limit 10001;
$$;

create function ask.isp_filter_lists()
returns table (allow bytea, deny bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select (select string_agg(e.entry, ''::bytea) from isp_filter_entry e where e.list = 'allow'),
         (select string_agg(e.entry, ''::bytea) from isp_filter_entry e where e.list = 'deny');
$$;

-- The empty scope is the ISP; a null value takes the decision back.
create function ask.set_filter_setting(p_scope text, p_key text, p_value text, p_caller text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_scope <> '' then
    perform from brand b where b.brand = p_scope for key share;
    if not found then return 'noSuchBrand'; end if;
  end if;
  insert into filter_policy (scope, settings)
  values (p_scope, case when p_value is null then '{}'::jsonb else jsonb_build_object(p_key, p_value) end)
  on conflict (scope) do update
    set settings = case when p_value is null then filter_policy.settings - p_key
                        else filter_policy.settings || jsonb_build_object(p_key, p_value) end;
  insert into filter_decision (scope, what, value, caller) values (p_scope, p_key, p_value, p_caller);
  return 'set';
end
$$;

create function ask.filter_of(p_account uuid)
returns table (brand text, choices text, allowed bigint, denied bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.brand,
         (select c.choices::text from filter_choice c where c.account = a.account),
         (select count(*) from filter_entry e where e.account = a.account and e.list = 'allow'),
         (select count(*) from filter_entry e where e.account = a.account and e.list = 'deny')
    from account a
   where a.account = p_account;
$$;

create function ask.set_filter_choice(p_account uuid, p_stage text, p_choice text, p_caller text)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  insert into filter_choice (account, choices)
  values (p_account, case when p_choice is null then '{}'::jsonb else jsonb_build_object(p_stage, p_choice) end)
  on conflict (account) do update
    set choices = case when p_choice is null then filter_choice.choices - p_stage
                       else filter_choice.choices || jsonb_build_object(p_stage, p_choice) end;
  insert into filter_decision (account, what, value, caller) values (p_account, p_stage, p_choice, p_caller);
end
$$;

create function ask.filter_decisions(p_account uuid, p_limit integer)
returns table (at timestamptz, what text, value text, caller text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select d.at, d.what, d.value, d.caller
    from filter_decision d
   where d.account = p_account
   order by d.number desc
   limit p_limit;
$$;

-- A null account is the ISP. The lock on the account's row counts its entries one after the other.
create function ask.add_filter_entry(p_account uuid, p_list text, p_entry bytea, p_max integer, p_caller text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_account is null then
    if (select count(*) from isp_filter_entry e where e.list = p_list) >= p_max then return 'tooMany'; end if;
    insert into isp_filter_entry (list, entry) values (p_list, p_entry) on conflict do nothing;
  else
    perform from account a where a.account = p_account for update;
    if (select count(*) from filter_entry e where e.account = p_account and e.list = p_list) >= p_max then return 'tooMany'; end if;
    insert into filter_entry (account, list, entry) values (p_account, p_list, p_entry) on conflict do nothing;
  end if;
  if not found then return 'exists'; end if;
  insert into filter_decision (scope, account, what, value, caller)
  values (case when p_account is null then '' end, p_account, p_list, 'added', p_caller);
  return 'added';
end
$$;

create function ask.remove_filter_entry(p_account uuid, p_list text, p_entry bytea, p_caller text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_account is null then
    delete from isp_filter_entry e where e.list = p_list and e.entry = p_entry;
  else
    delete from filter_entry e where e.account = p_account and e.list = p_list and e.entry = p_entry;
  end if;
  if not found then return 'noSuchEntry'; end if;
  insert into filter_decision (scope, account, what, value, caller)
  values (case when p_account is null then '' end, p_account, p_list, 'removed', p_caller);
  return 'removed';
end
$$;
