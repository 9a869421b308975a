-- What accounts may send and did send. Counted in slots of five minutes, for all mailrooms of the cell. Whom an account wrote to
-- is remembered as marks in a Bloom filter, made with a key that no database has.

create table kept.plan (
  plan                   text primary key,
  recipients_per_message integer check (recipients_per_message > 0),
  messages_per_hour      integer check (messages_per_hour >= 0),
  messages_per_day       integer check (messages_per_day >= 0),
  recipients_per_hour    integer check (recipients_per_hour >= 0),
  recipients_per_day     integer check (recipients_per_day >= 0),
  priority_max           integer not null check (priority_max between -9 and 9),
  holds_bursts           boolean not null,
  files_sent             boolean not null
);
-- Whoever has no other plan has this one.
insert into kept.plan values ('ordinary', null, 500, 2000, 1000, 5000, 3, true, false);

alter table kept.brand add column plan text references kept.plan;
alter table kept.account add column plan text references kept.plan;

create table kept.sending (
  account uuid primary key references kept.account on delete cascade,
  held    boolean not null default false,
  known   bytea not null default decode(repeat('00', 1024), 'hex')
) with (fillfactor = 70);
alter table kept.sending alter column known set storage external;

create table kept.sent (
  account    uuid    not null references kept.account on delete cascade,
  slot       integer not null,
  messages   integer not null,
  recipients integer not null,
  strangers  integer not null,
  primary key (account, slot)
) with (fillfactor = 70);

create function kept.now_slot()
returns integer
language sql
stable
as $$
  select floor(extract(epoch from clock_timestamp()) / 300)::integer;
$$;

create function kept.plan_of(p_account uuid)
returns setof kept.plan
language sql
stable
set search_path = kept, pg_temp
as $$
  select p.*
    from account a
    join brand b using (brand)
    join plan p on p.plan = coalesce(a.plan, b.plan, 'ordinary')
   where a.account = p_account;
$$;

-- The limit that is furthest from having room for a message of so many recipients, and when it has; no row: all have room. Room comes
-- back when the newest slot that makes it too much has left the window.
create function kept.over_limit(p_account uuid, p_plan kept.plan, p_recipients bigint)
returns table (over text, again_ms bigint)
language sql
stable
set search_path = kept, pg_temp
as $$
  with wanted (over, most, width, of_messages, more) as (
    values ('messagesPerHour', p_plan.messages_per_hour, 12, true, 1::bigint),
           ('messagesPerDay', p_plan.messages_per_day, 288, true, 1),
           ('recipientsPerHour', p_plan.recipients_per_hour, 12, false, p_recipients),
           ('recipientsPerDay', p_plan.recipients_per_day, 288, false, p_recipients)
  ), summed as (
    select w.over, w.most, w.width, s.slot,
           w.more + sum(case when w.of_messages then s.messages else s.recipients end) over (partition by w.over order by s.slot desc) as since
      from wanted w
      join sent s on s.account = p_account and s.slot > now_slot() - w.width
     where w.most is not null
  ), found as (
    select w.over, null::bigint as again_ms from wanted w where w.more > w.most
    union all
    select s.over, (max(s.slot) + s.width) * 300000::bigint from summed s where s.since > s.most group by s.over, s.width
  )
  select f.over, f.again_ms from found f order by f.again_ms desc nulls first limit 1;
$$;

create function ask.sending_standing(p_account uuid)
returns table (
  brand text, recipients_per_message integer, messages_per_hour integer, messages_per_day integer, recipients_per_hour integer,
  recipients_per_day integer, priority_max integer, holds_bursts boolean, files_sent boolean, held boolean, over text, again_ms bigint
)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.brand, p.recipients_per_message, p.messages_per_hour, p.messages_per_day, p.recipients_per_hour, p.recipients_per_day,
         p.priority_max, p.holds_bursts, p.files_sent, coalesce(s.held, false), o.over, o.again_ms
    from account a
   cross join lateral plan_of(a.account) p
    left join sending s on s.account = a.account
    left join lateral over_limit(a.account, p, 1) o on true
   where a.account = p_account;
$$;

-- Counts one message, unless a limit would be passed. The lock on the account's row makes mailrooms count one after the other. What a
-- crash forgets is less than a second.
create function ask.count_sent(p_account uuid, p_recipients integer, p_marks bigint[])
returns table (
  over text, again_ms bigint, messages integer, recipients integer, strangers integer, usual integer, new_peer boolean, held boolean
)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  its sending%rowtype;
  its_plan plan%rowtype;
  pace sent%rowtype;
  now_at constant integer := now_slot();
  filter bytea;
  fresh boolean;
  from_new_peer boolean := false;
  unknown integer := 0;
  before integer := 0;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into sending (account) select a.account from account a where a.account = p_account on conflict do nothing;
  select * into its from sending s where s.account = p_account for update;
  if not found then return; end if;
  select * into its_plan from plan_of(p_account);
  return query select o.over, o.again_ms, 0, 0, 0, 0, false, false from over_limit(p_account, its_plan, p_recipients) o;
  if found then return; end if;
  filter := its.known;
  for thing in 0 .. coalesce(array_length(p_marks, 1), 0) / 3 - 1 loop
    fresh := false;
    for i in 1 .. 3 loop
      if get_bit(filter, p_marks[thing * 3 + i]) = 0 then
        fresh := true;
        filter := set_bit(filter, p_marks[thing * 3 + i], 1);
      end if;
    end loop;
    if fresh and thing = 0 then from_new_peer := true; end if;
    if fresh and thing > 0 then unknown := unknown + 1; end if;
  end loop;
  if filter <> its.known then update sending s set known = filter where s.account = p_account; end if;
  insert into sent as s (account, slot, messages, recipients, strangers)
  values (p_account, now_at, 1, p_recipients, unknown)
  on conflict (account, slot) do update
    set messages = s.messages + 1, recipients = s.recipients + excluded.recipients, strangers = s.strangers + excluded.strangers
  returning * into pace;
  if pace.messages = 1 then
    delete from sent s where s.account = p_account and s.slot <= now_at - 2016;
  end if;
  -- Few recipients are no burst, whatever was usual.
  if pace.recipients > 50 then
    select coalesce(percentile_disc(0.99) within group (order by s.recipients), 0)
      into before
      from sent s
     where s.account = p_account
       and s.slot < now_at;
  end if;
  return query select null::text, null::bigint, pace.messages, pace.recipients, pace.strangers, before, from_new_peer, its.held;
end
$$;

-- True where it was not so before.
create function ask.hold_sending(p_account uuid, p_held boolean)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  insert into sending (account, held) select a.account, false from account a where a.account = p_account on conflict do nothing;
  update sending s set held = p_held where s.account = p_account and s.held <> p_held;
  return found;
end
$$;

-- The desk's.

create function ask.plans()
returns table (
  plan text, recipients_per_message integer, messages_per_hour integer, messages_per_day integer, recipients_per_hour integer,
  recipients_per_day integer, priority_max integer, holds_bursts boolean, files_sent boolean, brands text, accounts bigint
)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select p.plan, p.recipients_per_message, p.messages_per_hour, p.messages_per_day, p.recipients_per_hour, p.recipients_per_day,
         p.priority_max, p.holds_bursts, p.files_sent,
         coalesce((select string_agg(b.brand, ' ' order by b.brand) from brand b where b.plan = p.plan), ''),
         (select count(*) from account a where a.plan = p.plan)
    from plan p
   order by p.plan
   limit 1000;
$$;

create function ask.set_plan(
  p_plan text, p_recipients_per_message integer, p_messages_per_hour integer, p_messages_per_day integer,
  p_recipients_per_hour integer, p_recipients_per_day integer, p_priority_max integer, p_holds_bursts boolean, p_files_sent boolean
)
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  insert into plan
  values (p_plan, p_recipients_per_message, p_messages_per_hour, p_messages_per_day, p_recipients_per_hour, p_recipients_per_day,
          p_priority_max, p_holds_bursts, p_files_sent)
  on conflict (plan) do update
    set recipients_per_message = excluded.recipients_per_message, messages_per_hour = excluded.messages_per_hour,
        messages_per_day = excluded.messages_per_day, recipients_per_hour = excluded.recipients_per_hour,
        recipients_per_day = excluded.recipients_per_day, priority_max = excluded.priority_max,
        holds_bursts = excluded.holds_bursts, files_sent = excluded.files_sent;
$$;

create function ask.remove_plan(p_plan text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from plan p where p.plan = p_plan for update;
  if not found then return 'noSuchPlan'; end if;
  if p_plan = 'ordinary'
     or exists (select from brand b where b.plan = p_plan)
     or exists (select from account a where a.plan = p_plan) then
    return 'notEmpty';
  end if;
  delete from plan p where p.plan = p_plan;
  return 'removed';
end
$$;

-- A null plan is none of its own.
create function ask.give_plan(p_plan text, p_brand text, p_account uuid)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  if p_plan is not null then
    perform from plan p where p.plan = p_plan for key share;
    if not found then return 'noSuchPlan'; end if;
  end if;
  if p_account is not null then
    update account a set plan = p_plan where a.account = p_account;
    return 'given';
  end if;
  update brand b set plan = p_plan where b.brand = p_brand;
  return case when found then 'given' else 'noSuchBrand' end;
end
$$;

create function ask.sending_of(p_account uuid)
returns table (plan text, held boolean, messages_hour bigint, messages_day bigint, recipients_hour bigint, recipients_day bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select (select p.plan from plan_of(p_account) p),
         coalesce((select s.held from sending s where s.account = p_account), false),
         coalesce(sum(s.messages) filter (where s.slot > now_slot() - 12), 0),
         coalesce(sum(s.messages), 0),
         coalesce(sum(s.recipients) filter (where s.slot > now_slot() - 12), 0),
         coalesce(sum(s.recipients), 0)
    from sent s
   where s.account = p_account
     and s.slot > now_slot() - 288;
$$;
