-- Rules hold from the moment they are saved: intake remembers for seconds where an address leads, and asks for the versions of rules with
-- each message, of all its recipients at once.

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

create function ask.rules_versions(p_accounts uuid[])
returns table (account uuid, version bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select r.account, r.version
    from delivery_rules r
   where r.account = any (p_accounts)
     and not exists (select from rules_off o where o.account = r.account);
$$;
