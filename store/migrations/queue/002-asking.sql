-- What writers, couriers and the desk may ask of the queue.

-- The moment of the question; `stable`, so that an index can answer what is due.
create function kept.now_ms()
returns bigint
language sql
stable
as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint;
$$;

-- Durable once it answers. The same id a second time is the same message: nothing happens.
create function ask.enqueue(p_id uuid, p_size_bytes bigint, p_envelope bytea, p_body bytea, p_domains text[], p_sealed bytea[])
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  at_ms constant bigint := now_ms();
begin
  insert into message (id, queued_at_ms, size_bytes, envelope, body)
  values (p_id, at_ms, p_size_bytes, p_envelope, p_body)
  on conflict do nothing;
  if not found then return; end if;
  insert into part (id, domain, due_at_ms)
  select distinct p_id, d, at_ms from unnest(p_domains) as d;
  insert into recipient (id, number, domain, sealed, next_attempt_at_ms)
  select p_id, r.number, r.domain, r.sealed, at_ms
    from unnest(p_domains, p_sealed) with ordinality as r (domain, sealed, number);
end
$$;

-- Leases due parts, longest due first, skipping what another courier is taking at this moment.
create function ask.claim(p_limit integer, p_lease_ms bigint)
returns table (id uuid, lease bigint, queued_at_ms bigint, size_bytes bigint, envelope bytea, number integer, domain text, sealed bytea, attempts integer)
language sql
security definer
set search_path = kept, pg_temp
as $$
  with due as (
    select p.id, p.domain
      from part p
     where not p.held
       and p.due_at_ms <= now_ms()
     order by p.due_at_ms
     limit p_limit
       for update skip locked
  ), taken as (
    update part p
       set lease = nextval('lease'), leased_until_ms = now_ms() + p_lease_ms, due_at_ms = now_ms() + p_lease_ms
      from due d
     where p.id = d.id
       and p.domain = d.domain
    returning p.id, p.domain, p.lease
  )
  select t.id, t.lease, m.queued_at_ms, m.size_bytes, m.envelope, r.number, r.domain, r.sealed, r.attempts
    from taken t
    join message m on m.id = t.id
    join recipient r on r.id = t.id and r.domain = t.domain and r.next_attempt_at_ms <= now_ms()
   order by m.queued_at_ms, t.lease, r.number;
$$;

create function ask.body(p_id uuid)
returns bytea
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select m.body from message m where m.id = p_id;
$$;

-- A part without recipients goes, and with the last part the message. The message's row is locked first, so that of two
-- couriers that end its last two parts the second one sees the first one's end.
create function kept.tidy(p_id uuid, p_domain text)
returns void
language plpgsql
set search_path = kept, pg_temp
as $$
declare
  due bigint;
begin
  select min(r.next_attempt_at_ms) into due from recipient r where r.id = p_id and r.domain = p_domain;
  if due is not null then
    update part p set due_at_ms = due, leased_until_ms = 0 where p.id = p_id and p.domain = p_domain;
    return;
  end if;
  delete from part p where p.id = p_id and p.domain = p_domain;
  if not exists (select from part p where p.id = p_id) then
    delete from message m where m.id = p_id;
  end if;
end
$$;

create function ask.settle(p_id uuid, p_lease bigint, p_done bigint[], p_deferred bigint[], p_next_ms bigint[], p_statuses text[], p_texts bytea[])
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  of_domain text;
begin
  perform from message m where m.id = p_id for update;
  update part p set lease = nextval('lease') where p.id = p_id and p.lease = p_lease returning p.domain into of_domain;
  if not found then return false; end if;
  delete from recipient r where r.id = p_id and r.domain = of_domain and r.number = any (p_done);
  update recipient r
     set attempts = r.attempts + 1, next_attempt_at_ms = f.next_ms, last_status = f.status, last_text = f.sealed_text
    from unnest(p_deferred, p_next_ms, p_statuses, p_texts) as f (number, next_ms, status, sealed_text)
   where r.id = p_id
     and r.domain = of_domain
     and r.number = f.number;
  perform tidy(p_id, of_domain);
  return true;
end
$$;

create function ask.next_due()
returns bigint
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select min(p.due_at_ms) from part p where not p.held;
$$;

-- The desk's view: no sealed column.
create function ask.queue_list(p_limit integer)
returns table (id uuid, domain text, state text, attempts integer, next_attempt_at_ms bigint, queued_at_ms bigint, size_bytes bigint, last_status text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select r.id, r.domain,
         case when p.leased_until_ms > now_ms() then 'sending' when p.held then 'held' when r.attempts > 0 then 'deferred' else 'queued' end,
         r.attempts, r.next_attempt_at_ms, m.queued_at_ms, m.size_bytes, r.last_status
    from message m
    join part p on p.id = m.id
    join recipient r on r.id = p.id and r.domain = p.domain
   order by m.queued_at_ms, m.id, r.number
   limit p_limit;
$$;

-- -1: no such message. Parts that are being sent right now are left alone.
create function ask.queue_act(p_id uuid, p_act text)
returns bigint
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  touched bigint := 0;
  these bigint;
  one part%rowtype;
begin
  perform from message m where m.id = p_id for update;
  if not found then return -1; end if;
  for one in select * from part p where p.id = p_id and p.leased_until_ms <= now_ms() order by p.domain for update loop
    select count(*) into these from recipient r where r.id = p_id and r.domain = one.domain;
    touched := touched + these;
    if p_act = 'hold' then
      update part p set held = true where p.id = p_id and p.domain = one.domain;
    elsif p_act = 'drop' then
      delete from recipient r where r.id = p_id and r.domain = one.domain;
      perform tidy(p_id, one.domain);
    else
      update recipient r set next_attempt_at_ms = least(r.next_attempt_at_ms, now_ms()) where r.id = p_id and r.domain = one.domain;
      update part p set held = p.held and p_act = 'retry', due_at_ms = now_ms() where p.id = p_id and p.domain = one.domain;
    end if;
  end loop;
  return touched;
end
$$;
