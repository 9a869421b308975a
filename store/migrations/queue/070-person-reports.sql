-- What people report of their mail, as counts: the ISP sees what comes in waves, and nobody sees who said it.
create table kept.person_report (
  day      date   not null,
  kind     text   not null,
  domain   text   not null,
  campaign text   not null,
  reports  bigint not null,
  primary key (day, kind, domain, campaign)
);

create function ask.person_report_add(p_kind text, p_domain text, p_campaign text, p_count integer)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_today constant date := (now() at time zone 'utc')::date;
  kept_days constant integer := 90;
  a_day_max constant integer := 5000;
  v_room boolean;
begin
  delete from person_report r where r.day < v_today - kept_days;
  v_room := exists (select from person_report r where r.day = v_today and r.kind = p_kind and r.domain = p_domain and r.campaign = p_campaign)
         or (select count(*) from person_report r where r.day = v_today) < a_day_max;
  insert into person_report as r (day, kind, domain, campaign, reports)
  values (v_today, p_kind, case when v_room then p_domain else '*' end, case when v_room then p_campaign else '*' end, p_count)
  on conflict (day, kind, domain, campaign) do update set reports = r.reports + excluded.reports;
end
$$;

create function ask.person_reports(p_days integer, p_limit integer)
returns table (day text, kind text, domain text, campaign text, reports bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select to_char(r.day, 'YYYY-MM-DD'), r.kind, r.domain, r.campaign, r.reports
    from person_report r
   where r.day > (now() at time zone 'utc')::date - p_days
   order by r.day desc, r.reports desc, r.kind, r.domain, r.campaign
   limit p_limit;
$$;
