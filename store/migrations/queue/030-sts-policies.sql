-- MTA-STS policies that were fetched (RFC 8461): who restarts must still know what a domain enforces. They are public; the
-- domain stands in clear in the queue too.

create table kept.sts_policy (
  domain        text   primary key,
  policy_id     text   not null,
  policy        text   not null,
  fetched_at_ms bigint not null,
  ends_at_ms    bigint not null
);
create index sts_policy_by_end on kept.sts_policy (ends_at_ms);

create function ask.sts_policy(p_domain text)
returns table (domain text, policy_id text, policy text, fetched_at_ms bigint, ends_at_ms bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select s.domain, s.policy_id, s.policy, s.fetched_at_ms, s.ends_at_ms from sts_policy s where s.domain = p_domain and s.ends_at_ms > now_ms();
$$;

-- What has ended goes, and what ends soonest of more than p_max.
create function ask.keep_sts_policy(p_domain text, p_policy_id text, p_policy text, p_fetched_at_ms bigint, p_ends_at_ms bigint, p_max bigint)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  too_many bigint;
begin
  insert into sts_policy (domain, policy_id, policy, fetched_at_ms, ends_at_ms)
  values (p_domain, p_policy_id, p_policy, p_fetched_at_ms, p_ends_at_ms)
  on conflict (domain) do update
     set policy_id = excluded.policy_id, policy = excluded.policy, fetched_at_ms = excluded.fetched_at_ms, ends_at_ms = excluded.ends_at_ms;
  delete from sts_policy s where s.ends_at_ms <= now_ms();
  select count(*) - p_max into too_many from sts_policy;
  if too_many > 0 then
    delete from sts_policy s where s.domain in (select o.domain from sts_policy o order by o.ends_at_ms limit too_many);
  end if;
end
$$;
