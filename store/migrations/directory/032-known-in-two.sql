-- Whom an account wrote to is remembered in two filters: when half the bits of the newer one are set it becomes the older one, and what
-- that held is forgotten. A single filter fills up, and then everybody seems known.

alter table kept.sending add column known_before bytea not null default decode(repeat('00', 1024), 'hex');
alter table kept.sending alter column known_before set storage external;

create function kept.is_marked(p_filter bytea, p_first bigint, p_second bigint, p_third bigint)
returns boolean
language sql
immutable
as $$
  select get_bit(p_filter, p_first) = 1 and get_bit(p_filter, p_second) = 1 and get_bit(p_filter, p_third) = 1;
$$;

create or replace function ask.count_sent(p_account uuid, p_recipients integer, p_marks bigint[])
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
  before_filter bytea;
  one bigint;
  two bigint;
  three bigint;
  from_new_peer boolean := false;
  unknown integer := 0;
  before integer := 0;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into sending (account) select o.account from account o where o.account = p_account on conflict do nothing;
  select * into its from sending s where s.account = p_account for update;
  if not found then return; end if;
  select * into its_plan from plan_of(p_account);
  return query select o.over, o.again_ms, 0, 0, 0, 0, false, false from over_limit(p_account, its_plan, p_recipients) o;
  if found then return; end if;
  filter := its.known;
  before_filter := its.known_before;
  for thing in 0 .. coalesce(array_length(p_marks, 1), 0) / 3 - 1 loop
    one := p_marks[thing * 3 + 1];
    two := p_marks[thing * 3 + 2];
    three := p_marks[thing * 3 + 3];
    continue when is_marked(filter, one, two, three);
    if not is_marked(before_filter, one, two, three) then
      if thing = 0 then from_new_peer := true; else unknown := unknown + 1; end if;
    end if;
    filter := set_bit(set_bit(set_bit(filter, one, 1), two, 1), three, 1);
    if bit_count(filter) > 4096 then
      before_filter := filter;
      filter := decode(repeat('00', 1024), 'hex');
    end if;
  end loop;
  if filter <> its.known then
    update sending s set known = filter, known_before = before_filter where s.account = p_account;
  end if;
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
