-- A submission may wait for a year (RFC 4865). What is remembered of it lasts for 35 days from its last attempt, and as long as it waits.

create or replace function kept.forget_submissions()
returns void
language sql
set search_path = kept, pg_temp
as $$
  delete from submission s
   where s.id in (
     select o.id
       from submission o
      where o.at_ms < now_ms() - 35 * 86400000::bigint
        and not exists (select from message m where m.id = o.id)
      order by o.at_ms
      limit 100
        for update skip locked
   );
$$;

-- As before; a submission is remembered from its last attempt on. Statuses and texts of failed ones first, then of deferred ones.
create or replace function ask.settle(
  p_id uuid, p_lease bigint, p_done bigint[], p_failed bigint[], p_deferred bigint[], p_next_ms bigint[], p_told bigint[],
  p_statuses text[], p_texts bytea[]
)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  of_domain text;
  failures constant integer := coalesce(array_length(p_failed, 1), 0);
begin
  perform from message m where m.id = p_id for update;
  update part p set lease = nextval('lease') where p.id = p_id and p.lease = p_lease returning p.domain into of_domain;
  if not found then return false; end if;
  update submission s set begun = true, at_ms = now_ms() where s.id = p_id;
  if found then
    insert into submission_fate (id, number, fate, status)
    select p_id, r.number, f.fate, f.status
      from (
        select d.number, 'done' as fate, null as status from unnest(p_done) as d (number)
         union all
        select x.number, 'failed', x.status from unnest(p_failed, p_statuses[1:failures]) as x (number, status)
         union all
        select x.number, 'deferred', x.status from unnest(p_deferred, p_statuses[failures + 1:]) as x (number, status)
      ) f
      join recipient r on r.id = p_id and r.domain = of_domain and r.number = f.number
        on conflict (id, number) do update set fate = excluded.fate, status = excluded.status;
  end if;
  if failures > 0 then
    insert into bounced (id, number, domain, sealed, last_status, last_text, bounced_at_ms)
    select r.id, r.number, r.domain, r.sealed, f.status, f.sealed_text, now_ms()
      from unnest(p_failed, p_statuses[1:failures], p_texts[1:failures]) as f (number, status, sealed_text)
      join recipient r on r.id = p_id and r.domain = of_domain and r.number = f.number
    on conflict do nothing;
  end if;
  delete from recipient r where r.id = p_id and r.domain = of_domain and (r.number = any (p_done) or r.number = any (p_failed));
  if array_length(p_deferred, 1) > 0 then
    update recipient r
       set attempts = r.attempts + 1, next_attempt_at_ms = f.next_ms, last_status = f.status, last_text = f.sealed_text,
           delay_told = r.delay_told or r.number = any (p_told)
      from unnest(p_deferred, p_next_ms, p_statuses[failures + 1:], p_texts[failures + 1:]) as f (number, next_ms, status, sealed_text)
     where r.id = p_id
       and r.domain = of_domain
       and r.number = f.number;
  end if;
  perform tidy(p_id, of_domain);
  return true;
end
$$;
