-- Reports whose sender is proven count apart from those that anybody may have written: a flood of the latter keeps none of the former out.

alter table kept.received_report add column authenticated boolean not null default false;

drop function ask.report_received(text, text, bytea, bigint, text, text, text);

create function ask.report_received(
  p_kind text, p_domain text, p_digest bytea, p_begin_ms bigint, p_authenticated boolean, p_made_by text, p_report_id text, p_summary text
)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  kept_ms constant bigint := 90 * 86400000::bigint;
  day_ms constant bigint := 86400000;
  a_day_max constant integer := case when p_authenticated then 2000 else 200 end;
begin
  delete from received_report r where r.received_at_ms < now_ms() - kept_ms;
  if exists (select from received_report r where r.kind = p_kind and r.domain = p_domain and r.digest = p_digest) then return 'known'; end if;
  if (
    select count(*)
      from received_report r
     where r.domain = p_domain
       and r.authenticated = p_authenticated
       and r.received_at_ms > now_ms() - day_ms
  ) >= a_day_max then return 'tooMany'; end if;
  insert into received_report (kind, domain, digest, begin_ms, received_at_ms, authenticated, made_by, report_id, summary)
  values (p_kind, p_domain, p_digest, p_begin_ms, now_ms(), p_authenticated, p_made_by, p_report_id, p_summary)
  on conflict do nothing;
  return case when found then 'kept' else 'known' end;
end
$$;

drop function ask.reports_of(text, bigint, integer);

create function ask.reports_of(p_domain text, p_since_ms bigint, p_limit integer)
returns table (kind text, begin_ms bigint, authenticated boolean, made_by text, report_id text, summary text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select r.kind, r.begin_ms, r.authenticated, r.made_by, r.report_id, r.summary
    from received_report r
   where r.domain = p_domain and r.begin_ms >= p_since_ms
   order by r.begin_ms desc, r.authenticated desc, r.kind, r.digest
   limit p_limit;
$$;
