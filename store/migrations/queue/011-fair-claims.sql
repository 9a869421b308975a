-- Claims by destination. What is due becomes `ready`, once for each attempt, so that one index lists the domains that have
-- mail to be claimed, whatever waits for a later retry, and a claim takes so many of each domain. What is leased is not
-- ready, and its `due_at_ms` is the lease's end: when a courier dies, it becomes ready again by the same way.

alter table kept.part
  add column ready    boolean  not null default false,
  add column priority smallint not null default 0,
  -- To be given up at the next claim, and its sender told.
  add column dropped  boolean  not null default false;
drop index kept.part_by_due;
create index part_not_ready on kept.part (due_at_ms) where not held and not ready;
create index part_ready on kept.part (domain, priority desc, due_at_ms) where not held and ready;
create index part_urgent on kept.part (domain) where not held and ready and priority > 0;

-- Whether the sender was told that it takes long.
alter table kept.recipient add column delay_told boolean not null default false;

-- What was given up, still sealed, for as long as it may be queued again.
create table kept.bounced (
  id            uuid    not null references kept.message on delete cascade,
  number        integer not null,
  domain        text    not null,
  sealed        bytea   not null,
  last_status   text,
  last_text     bytea,
  bounced_at_ms bigint  not null,
  primary key (id, number)
);
create index bounced_by_age on kept.bounced (bounced_at_ms);

-- Destinations nothing is claimed for; `*` is all of them.
create table kept.pause (
  domain       text   primary key,
  until_ms     bigint not null,
  paused_at_ms bigint not null
);

create or replace function ask.enqueue(
  p_id uuid, p_size_bytes bigint, p_envelope bytea, p_body bytea, p_domains text[], p_sealed bytea[],
  p_sender text, p_priority integer, p_release_at_ms bigint, p_held boolean
)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  at_ms constant bigint := now_ms();
  first_ms constant bigint := greatest(at_ms, p_release_at_ms);
begin
  insert into message (id, queued_at_ms, size_bytes, envelope, body, sender, priority)
  values (p_id, at_ms, p_size_bytes, p_envelope, p_body, p_sender, p_priority)
  on conflict do nothing;
  if not found then return; end if;
  insert into part (id, domain, due_at_ms, held, ready, priority)
  select distinct p_id, d, first_ms, p_held, first_ms <= at_ms, p_priority from unnest(p_domains) as d;
  insert into recipient (id, number, domain, sealed, next_attempt_at_ms)
  select p_id, r.number, r.domain, r.sealed, first_ms
    from unnest(p_domains, p_sealed) with ordinality as r (domain, sealed, number);
end
$$;

create function kept.is_paused(p_domain text)
returns boolean
language sql
stable
set search_path = kept, pg_temp
as $$
  select exists (select from pause p where p.domain = p_domain and p.until_ms > now_ms());
$$;

-- Domains that have mail to be claimed: first some of those with urgent mail, then those whose names follow `p_after`. One
-- probe of an index for each domain, however much waits there.
create function ask.waiting(p_after text, p_limit integer)
returns table (domain text, urgent boolean)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  readied_max constant integer := 1000;
  urgent_max constant integer := 50;
  here text := '';
begin
  with due as (
    select p.id, p.domain
      from part p
     where not p.held
       and not p.ready
       and p.due_at_ms <= now_ms()
     order by p.due_at_ms
     limit readied_max
       for update skip locked
  )
  update part p
     set ready = true
    from due d
   where p.id = d.id
     and p.domain = d.domain;
  if is_paused('*') then return; end if;
  urgent := true;
  for step in 1 .. urgent_max loop
    select p.domain into here from part p where not p.held and p.ready and p.priority > 0 and p.domain > here order by p.domain limit 1;
    exit when not found;
    domain := here;
    if not is_paused(here) then return next; end if;
  end loop;
  urgent := false;
  here := p_after;
  for step in 1 .. p_limit loop
    select p.domain into here from part p where not p.held and p.ready and p.domain > here order by p.domain limit 1;
    exit when not found;
    domain := here;
    if not is_paused(here) then return next; end if;
  end loop;
end
$$;

drop function ask.claim(integer, bigint);

-- Leases of each domain at most so many messages, urgent ones first, then longest due, skipping what another courier is
-- taking at this moment.
create function ask.claim(p_domains text[], p_counts bigint[], p_lease_ms bigint)
returns table (
  id uuid, lease bigint, queued_at_ms bigint, size_bytes bigint, envelope bytea, dropped boolean,
  number integer, domain text, sealed bytea, attempts integer, delay_told boolean
)
language sql
security definer
set search_path = kept, pg_temp
as $$
  with due as (
    select c.id, c.domain
      from unnest(p_domains, p_counts) as w (domain, most)
     cross join lateral (
       select p.id, p.domain
         from part p
        where not p.held
          and p.ready
          and p.domain = w.domain
        order by p.priority desc, p.due_at_ms
        limit w.most
          for update skip locked
     ) c
  ), taken as (
    update part p
       set lease = nextval('lease'), leased_until_ms = now_ms() + p_lease_ms, due_at_ms = now_ms() + p_lease_ms, ready = false
      from due d
     where p.id = d.id
       and p.domain = d.domain
    returning p.id, p.domain, p.lease, p.dropped
  )
  select t.id, t.lease, m.queued_at_ms, m.size_bytes, m.envelope, t.dropped, r.number, r.domain, r.sealed, r.attempts, r.delay_told
    from taken t
    join message m on m.id = t.id
    join recipient r on r.id = t.id and r.domain = t.domain and (r.next_attempt_at_ms <= now_ms() or t.dropped)
   order by m.priority desc, m.queued_at_ms, t.lease, r.number;
$$;

-- A part without recipients goes, and with the last part the message, unless some of it may still be queued again. The
-- message's row is locked first, so that of two couriers that end its last two parts the second one sees the first one's end.
create or replace function kept.tidy(p_id uuid, p_domain text)
returns void
language plpgsql
set search_path = kept, pg_temp
as $$
declare
  due bigint;
begin
  select min(r.next_attempt_at_ms) into due from recipient r where r.id = p_id and r.domain = p_domain;
  if due is not null then
    update part p set due_at_ms = due, leased_until_ms = 0, ready = false where p.id = p_id and p.domain = p_domain;
    return;
  end if;
  delete from part p where p.id = p_id and p.domain = p_domain;
  if not exists (select from part p where p.id = p_id) and not exists (select from bounced b where b.id = p_id) then
    delete from message m where m.id = p_id;
  end if;
end
$$;

drop function ask.settle(uuid, bigint, bigint[], bigint[], bigint[], text[], bytea[]);

-- `p_failed`: given up, and kept for a day. Statuses and texts of failed ones first, then of deferred ones.
create function ask.settle(
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

-- What is ready is due now, though nobody may have room for it.
create or replace function ask.next_due()
returns bigint
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select case
           when exists (select from part p where not p.held and p.ready) then now_ms()
           else (select min(p.due_at_ms) from part p where not p.held and not p.ready)
         end;
$$;

-- Ends what was kept of failures from before `p_before_ms`; how many recipients.
create function ask.forget_bounced(p_before_ms bigint, p_limit integer)
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  gone bigint;
  ids uuid[];
begin
  with old as (
    select b.id, b.number
      from bounced b
     where b.bounced_at_ms < p_before_ms
     order by b.bounced_at_ms
     limit p_limit
       for update skip locked
  ), removed as (
    delete from bounced b using old o where b.id = o.id and b.number = o.number returning b.id
  )
  select count(*), array_agg(distinct r.id) into gone, ids from removed r;
  perform from message m where m.id = any (ids) order by m.id for update;
  delete from message m
   where m.id = any (ids)
     and not exists (select from part p where p.id = m.id)
     and not exists (select from bounced b where b.id = m.id);
  return gone;
end
$$;
