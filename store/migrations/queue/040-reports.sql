-- Reports between domains. Made: facts of a day are counted for each domain that is to hear of them; once the day is over
-- one process takes a report, and marks it done in the transaction that queues it. Received: what others' reports said.

create table kept.report (
  kind            text   not null,
  day             bigint not null,
  domain          text   not null,
  published       text   not null,
  lease           bigint not null default 0,
  leased_until_ms bigint not null default 0,
  done            boolean not null default false,
  primary key (kind, day, domain)
);
create index report_by_day on kept.report (day) where not done;

create table kept.report_fact (
  kind   text   not null,
  day    bigint not null,
  domain text   not null,
  digest bytea  not null,
  value  text   not null,
  count  bigint not null,
  primary key (kind, day, domain, digest),
  foreign key (kind, day, domain) references kept.report on delete cascade
) with (fillfactor = 80);

create table kept.received_report (
  kind           text   not null,
  domain         text   not null,
  digest         bytea  not null,
  begin_ms       bigint not null,
  received_at_ms bigint not null,
  made_by        text   not null,
  report_id      text   not null,
  summary        text   not null,
  primary key (kind, domain, digest)
);
create index received_report_by_domain on kept.received_report (domain, begin_ms);
create index received_report_by_age on kept.received_report (received_at_ms);

create function kept.today()
returns bigint
language sql
set search_path = kept, pg_temp
as $$
  select now_ms() / 86400000;
$$;

-- Days are near today, so that a clock that is wrong fills no table. Returns how many of what was counted found no room:
-- so many domains a day, so many facts of one.
create function ask.report_add(p_kinds text[], p_days bigint[], p_domains text[], p_published text[], p_values text[], p_counts bigint[])
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  domains_max constant integer := 50000;
  facts_max constant integer := 5000;
  counted bigint;
begin
  insert into report as r (kind, day, domain, published)
  select distinct on (g.kind, g.day, g.domain) g.kind, g.day, g.domain, g.published
    from unnest(p_kinds, p_days, p_domains, p_published) with ordinality as g (kind, day, domain, published, place)
    join (
      select n.kind, n.day, (select count(*) from report o where o.kind = n.kind and o.day = n.day) as already
        from (select distinct kind, day from unnest(p_kinds, p_days) as n (kind, day)) n
    ) c on c.kind = g.kind and c.day = g.day
   where g.day between today() - 2 and today() + 1
     and c.already < domains_max
   order by g.kind, g.day, g.domain, g.place desc
      on conflict (kind, day, domain) do update set published = excluded.published where r.published <> excluded.published;
  with given as (
    select n.kind, n.day, n.domain, sha256(convert_to(n.value, 'UTF8')) as digest, min(n.value) as value, sum(n.count) as count
      from unnest(p_kinds, p_days, p_domains, p_values, p_counts) as n (kind, day, domain, value, count)
     group by 1, 2, 3, 4
  ), room as (
    select n.kind, n.day, n.domain, (select count(*) from report_fact o where o.kind = n.kind and o.day = n.day and o.domain = n.domain) as already
      from (select distinct g.kind, g.day, g.domain from given g) n
  ), added as (
    insert into report_fact as f (kind, day, domain, digest, value, count)
    select g.kind, g.day, g.domain, g.digest, g.value, g.count
      from given g
      join report r on r.kind = g.kind and r.day = g.day and r.domain = g.domain and not r.done
      join room m on m.kind = g.kind and m.day = g.day and m.domain = g.domain
     where m.already < facts_max
        or exists (select from report_fact o where o.kind = g.kind and o.day = g.day and o.domain = g.domain and o.digest = g.digest)
     order by g.kind, g.day, g.domain, g.digest
        on conflict (kind, day, domain, digest) do update set count = f.count + excluded.count
    returning f.kind, f.day, f.domain, f.digest
  )
  select coalesce(sum(g.count), 0) into counted from given g join added a using (kind, day, domain, digest);
  return coalesce((select sum(c) from unnest(p_counts) as c), 0) - counted;
end
$$;

-- One report whose day is over. They are spread over some hours (RFC 9990 section 3.5.2 and RFC 8460 section 5.5 ask for that),
-- the first a quarter of an hour after midnight, when what was counted before it has come.
create function ask.report_claim(p_lease_ms bigint)
returns table (kind text, day bigint, domain text, published text, lease bigint)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
#variable_conflict use_column
declare
  day_ms constant bigint := 86400000;
  days_kept constant integer := 14;
begin
  delete from report r where r.day < today() - days_kept;
  return query
  with due as (
    select r.kind, r.day, r.domain
      from report r
     where not r.done
       and r.day < today()
       and r.leased_until_ms <= now_ms()
       and now_ms() >= (r.day + 1) * day_ms + 900000 + (hashtext(r.domain) & 8191) * 1000
     order by r.day, r.domain
     limit 1
       for update skip locked
  )
  update report r
     set lease = nextval('kept.lease'), leased_until_ms = now_ms() + p_lease_ms
    from due d
   where r.kind = d.kind and r.day = d.day and r.domain = d.domain
  returning r.kind, r.day, r.domain, r.published, r.lease;
end
$$;

create function ask.report_facts(p_kind text, p_day bigint, p_domain text, p_limit integer)
returns table (value text, count bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select f.value, f.count
    from report_fact f
   where f.kind = p_kind and f.day = p_day and f.domain = p_domain
   order by f.count desc, f.digest
   limit p_limit;
$$;

-- Done, and queued where there is something to send: both or neither.
create function ask.report_settle(
  p_kind text, p_day bigint, p_domain text, p_lease bigint,
  p_id uuid, p_size_bytes bigint, p_envelope bytea, p_body bytea, p_domains text[], p_sealed bytea[]
)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  update report r set done = true where r.kind = p_kind and r.day = p_day and r.domain = p_domain and r.lease = p_lease and not r.done;
  if not found then return false; end if;
  delete from report_fact f where f.kind = p_kind and f.day = p_day and f.domain = p_domain;
  if p_id is not null then
    perform ask.enqueue(p_id, p_size_bytes, p_envelope, p_body, p_domains, p_sealed, null, 0, null, false);
  end if;
  return true;
end
$$;

create function ask.report_received(
  p_kind text, p_domain text, p_digest bytea, p_begin_ms bigint, p_made_by text, p_report_id text, p_summary text
)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  kept_ms constant bigint := 90 * 86400000::bigint;
  a_day_max constant integer := 2000;
begin
  delete from received_report r where r.received_at_ms < now_ms() - kept_ms;
  if exists (select from received_report r where r.kind = p_kind and r.domain = p_domain and r.digest = p_digest) then return 'known'; end if;
  if (select count(*) from received_report r where r.domain = p_domain and r.received_at_ms > now_ms() - 86400000) >= a_day_max then return 'tooMany'; end if;
  insert into received_report (kind, domain, digest, begin_ms, received_at_ms, made_by, report_id, summary)
  values (p_kind, p_domain, p_digest, p_begin_ms, now_ms(), p_made_by, p_report_id, p_summary)
  on conflict do nothing;
  return case when found then 'kept' else 'known' end;
end
$$;

create function ask.reports_of(p_domain text, p_since_ms bigint, p_limit integer)
returns table (kind text, begin_ms bigint, made_by text, report_id text, summary text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select r.kind, r.begin_ms, r.made_by, r.report_id, r.summary
    from received_report r
   where r.domain = p_domain and r.begin_ms >= p_since_ms
   order by r.begin_ms desc, r.kind, r.digest
   limit p_limit;
$$;
