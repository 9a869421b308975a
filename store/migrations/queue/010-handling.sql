-- Whose it is, how urgent, from when on: a message can be released later, held, and taken back before it is claimed.

alter table kept.message add column sender text, add column priority smallint not null default 0;
create index message_by_sender on kept.message (sender) where sender is not null;

drop function ask.enqueue(uuid, bigint, bytea, bytea, text[], bytea[]);

-- Durable once it answers. The same id a second time is the same message: nothing happens.
create function ask.enqueue(
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
  insert into part (id, domain, due_at_ms, held)
  select distinct p_id, d, first_ms, p_held from unnest(p_domains) as d;
  insert into recipient (id, number, domain, sealed, next_attempt_at_ms)
  select p_id, r.number, r.domain, r.sealed, first_ms
    from unnest(p_domains, p_sealed) with ordinality as r (domain, sealed, number);
end
$$;

-- A part's lease is 0 until it is first claimed.
create function ask.cancel(p_id uuid)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from message m where m.id = p_id for update;
  if not found then return false; end if;
  perform from part p where p.id = p_id for update;
  if exists (select from part p where p.id = p_id and p.lease <> 0) then return false; end if;
  delete from message m where m.id = p_id;
  return true;
end
$$;

create function ask.hold_sender(p_sender text, p_held boolean)
returns bigint
language sql
security definer
set search_path = kept, pg_temp
as $$
  with steered as (
    update part p
       set held = p_held
      from message m
     where m.sender = p_sender
       and p.id = m.id
       and p.held <> p_held
       and p.leased_until_ms <= now_ms()
    returning p.id, p.domain
  )
  select count(*) from steered s join recipient r on r.id = s.id and r.domain = s.domain;
$$;
