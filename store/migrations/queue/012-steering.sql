-- How the desk sees and steers the queue: by domain, state, sender and age; whole destinations at once; what was given up.

drop function ask.queue_list(integer);

-- No sealed column. Null: not asked about.
create function ask.queue_list(p_id uuid, p_domain text, p_state text, p_sender text, p_before_ms bigint, p_limit integer)
returns table (
  id uuid, domain text, state text, attempts integer, next_attempt_at_ms bigint, queued_at_ms bigint, size_bytes bigint,
  last_status text, sender text, priority integer
)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select l.id, l.domain, l.state, l.attempts, l.next_attempt_at_ms, l.queued_at_ms, l.size_bytes, l.last_status, l.sender, l.priority
    from (
      select m.id, r.domain, r.number, r.attempts, r.next_attempt_at_ms, m.queued_at_ms, m.size_bytes, r.last_status, m.sender,
             m.priority::integer as priority,
             case
               when p.leased_until_ms > now_ms() then 'sending'
               when p.held then 'held'
               when r.attempts > 0 then 'deferred'
               when p.due_at_ms > now_ms() then 'scheduled'
               else 'queued'
             end as state
        from message m
        join part p on p.id = m.id
        join recipient r on r.id = p.id and r.domain = p.domain
       union all
      select m.id, b.domain, b.number, 0, null, m.queued_at_ms, m.size_bytes, b.last_status, m.sender, m.priority::integer, 'bounced'
        from message m
        join bounced b on b.id = m.id
    ) l
   where (p_id is null or l.id = p_id)
     and (p_domain is null or l.domain = p_domain)
     and (p_sender is null or l.sender = p_sender)
     and (p_before_ms is null or l.queued_at_ms < p_before_ms)
     and case when p_state is null then l.state <> 'bounced' or p_id is not null else l.state = p_state end
   order by l.queued_at_ms, l.id, l.number
   limit p_limit;
$$;

-- Recipients by domain and state, the fullest domains first; `*` is all of them together.
create function ask.queue_summary(p_limit integer)
returns table (domain text, waiting bigint, deferred bigint, held bigint, bounced bigint, oldest_ms bigint, paused_until_ms bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  with lines as (
    select r.domain, p.held, r.attempts > 0 as deferred, false as bounced, m.queued_at_ms
      from recipient r
      join part p on p.id = r.id and p.domain = r.domain
      join message m on m.id = r.id
     union all
    select b.domain, false, false, true, m.queued_at_ms from bounced b join message m on m.id = b.id
  ), counted as (
    select coalesce(l.domain, '*') as domain,
           count(*) filter (where not l.held and not l.deferred and not l.bounced) as waiting,
           count(*) filter (where not l.held and l.deferred) as deferred,
           count(*) filter (where l.held) as held,
           count(*) filter (where l.bounced) as bounced,
           min(l.queued_at_ms) filter (where not l.bounced) as oldest_ms
      from lines l
     group by grouping sets ((l.domain), ())
  )
  select coalesce(c.domain, z.domain), coalesce(c.waiting, 0), coalesce(c.deferred, 0), coalesce(c.held, 0), coalesce(c.bounced, 0), c.oldest_ms,
         case when z.until_ms > now_ms() then z.until_ms end
    from counted c
    full join pause z on z.domain = c.domain
   where c.domain is not null or z.until_ms > now_ms()
   order by coalesce(c.domain, z.domain) = '*' desc, z.until_ms is null, coalesce(c.waiting, 0) + coalesce(c.deferred, 0) desc, 1
   limit p_limit;
$$;

drop function ask.queue_act(uuid, text);

-- -1: no such message. Parts that are being sent right now are left alone. `p_domain` null: all of them.
create function ask.queue_act(p_id uuid, p_act text, p_domain text)
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
  if p_act = 'requeue' then
    insert into part (id, domain, due_at_ms, ready, priority)
    select distinct b.id, b.domain, now_ms(), true, m.priority from bounced b join message m on m.id = b.id
     where b.id = p_id and (p_domain is null or b.domain = p_domain)
    on conflict do nothing;
    with back as (delete from bounced b where b.id = p_id and (p_domain is null or b.domain = p_domain) returning b.id, b.number, b.domain, b.sealed)
    insert into recipient (id, number, domain, sealed, next_attempt_at_ms)
    select b.id, b.number, b.domain, b.sealed, now_ms() from back b;
    get diagnostics touched = row_count;
    -- Its time begins anew.
    if touched > 0 then update message m set queued_at_ms = now_ms() where m.id = p_id; end if;
    return touched;
  end if;
  for one in
    select *
      from part p
     where p.id = p_id
       and p.leased_until_ms <= now_ms()
       and (p_domain is null or p.domain = p_domain)
     order by p.domain
       for update
  loop
    select count(*) into these from recipient r where r.id = p_id and r.domain = one.domain;
    touched := touched + these;
    if p_act = 'hold' then
      update part p set held = true where p.id = p_id and p.domain = one.domain;
    elsif p_act = 'drop' then
      update part p set dropped = true, held = false, ready = true, due_at_ms = now_ms() where p.id = p_id and p.domain = one.domain;
    elsif p_act = 'discard' then
      delete from recipient r where r.id = p_id and r.domain = one.domain;
      perform tidy(p_id, one.domain);
    else
      update recipient r set next_attempt_at_ms = least(r.next_attempt_at_ms, now_ms()) where r.id = p_id and r.domain = one.domain;
      update part p set held = p.held and p_act = 'retry', ready = true, due_at_ms = now_ms() where p.id = p_id and p.domain = one.domain;
    end if;
  end loop;
  return touched;
end
$$;

-- The same for many, some at a time: what it touches no longer matches where the act changes it, and `after` goes on.
create function ask.queue_act_all(p_domain text, p_sender text, p_act text, p_after uuid, p_limit integer)
returns table (last_id uuid, messages bigint, recipients bigint)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  one uuid;
begin
  messages := 0;
  recipients := 0;
  for one in
    select m.id
      from message m
     where (p_after is null or m.id > p_after)
       and (p_sender is null or m.sender = p_sender)
       and (p_domain is null
            or exists (select from part p where p.id = m.id and p.domain = p_domain)
            or exists (select from bounced b where b.id = m.id and b.domain = p_domain))
     order by m.id
     limit p_limit
  loop
    last_id := one;
    messages := messages + 1;
    recipients := recipients + greatest(0, ask.queue_act(one, p_act, p_domain));
  end loop;
  return next;
end
$$;

-- `p_until_ms` null: goes on.
create function ask.queue_pause(p_domain text, p_until_ms bigint)
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  delete from pause p where p.until_ms <= now_ms() or p.domain = p_domain;
  if p_until_ms is null then return; end if;
  insert into pause (domain, until_ms, paused_at_ms) values (p_domain, p_until_ms, now_ms());
end
$$;
