-- Once per person and message, whatever protocol it is said by, and taken back where the person takes it back. Who said it is not kept:
-- a mark is a keyed pseudonym of an account and a message's random id, and goes after 30 days; what was said then stays counted.

create table kept.person_saying (
  mark     text not null primary key,
  -- Where it is counted.
  day      date not null,
  kind     text not null,
  domain   text not null,
  campaign text not null
);
create index person_saying_by_day on kept.person_saying (day);

create function ask.person_say(p_marks text[], p_says text[], p_domains text[], p_campaigns text[])
returns table (is_new boolean)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  v_today constant date := (now() at time zone 'utc')::date;
  kept_days constant integer := 90;
  marks_kept_days constant integer := 30;
  a_day_max constant integer := 5000;
  a_day_marks_max constant integer := 200000;
  v_rows bigint;
  v_said bigint;
  v_room boolean;
  v_before person_saying%rowtype;
begin
  -- Several at once would wait for each other's rows; there are few of them.
  perform pg_advisory_xact_lock(hashtext('person_say'));
  delete from person_report r where r.day < v_today - kept_days;
  delete from person_saying s where s.day < v_today - marks_kept_days;
  select count(*), coalesce(sum(r.reports), 0) into v_rows, v_said from person_report r where r.day = v_today;

  for i in 1 .. cardinality(p_marks) loop
    select * into v_before from person_saying s where s.mark = p_marks[i];
    if (v_before.mark is null and p_says[i] = 'nothing') or v_before.kind = p_says[i] then
      is_new := false;
      return next;
      continue;
    end if;
    is_new := true;
    return next;

    if v_before.mark is not null then
      delete from person_saying s where s.mark = v_before.mark;
      update person_report r
         set reports = r.reports - 1
       where r.day = v_before.day and r.kind = v_before.kind and r.domain = v_before.domain and r.campaign = v_before.campaign;
      delete from person_report r
       where r.day = v_before.day and r.kind = v_before.kind and r.domain = v_before.domain and r.campaign = v_before.campaign and r.reports <= 0;
    end if;
    continue when p_says[i] = 'nothing';

    v_room := v_rows < a_day_max
           or exists (select from person_report r where r.day = v_today and r.kind = p_says[i] and r.domain = p_domains[i] and r.campaign = p_campaigns[i]);
    insert into person_report as r (day, kind, domain, campaign, reports)
    values (v_today, p_says[i], case when v_room then p_domains[i] else '*' end, case when v_room then p_campaigns[i] else '*' end, 1)
    on conflict (day, kind, domain, campaign) do update set reports = r.reports + 1;
    v_rows := v_rows + 1;
    v_said := v_said + 1;
    if v_said <= a_day_marks_max then
      insert into person_saying (mark, day, kind, domain, campaign)
      values (p_marks[i], v_today, p_says[i], case when v_room then p_domains[i] else '*' end, case when v_room then p_campaigns[i] else '*' end);
    end if;
  end loop;
end
$$;

drop function ask.person_report_add(text, text, text, integer);
