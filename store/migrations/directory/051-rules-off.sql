-- An operator may switch off the rules of an account, e.g. while it is in a thief's hands: they stay off whatever is saved meanwhile.

create table kept.rules_off (
  account uuid primary key references kept.account on delete cascade
);

create or replace function ask.resolve(p_index bytea)
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
         (select r.version
            from delivery_rules r
           where r.account = a.account
             and not exists (select from rules_off o where o.account = a.account))
    from address d
    join account a using (account)
   where d.index = p_index;
$$;

create function ask.rules_standing(p_account uuid)
returns table (has_rules boolean, is_off boolean)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select exists (select from delivery_rules r where r.account = p_account),
         exists (select from rules_off o where o.account = p_account);
$$;

create function ask.switch_rules(p_account uuid, p_off boolean)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_off then
    insert into rules_off (account) values (p_account) on conflict do nothing;
  else
    delete from rules_off o where o.account = p_account;
  end if;
end
$$;
