-- What a person's own program submitted, so that it can ask what became of it and take it back (RFC 8621 section 7): whose
-- it is, whether any of it has left, and the fate of each recipient by its number. No address, and gone after 35 days.

create table kept.submission (
  id         uuid    primary key,
  sender     text    not null,
  at_ms      bigint  not null,
  -- An attempt on any part of it has ended.
  begun      boolean not null default false,
  taken_back boolean not null default false
);
create index submission_by_age on kept.submission (at_ms);

create table kept.submission_fate (
  id     uuid    not null references kept.submission on delete cascade,
  number integer not null,
  fate   text    not null,
  status text,
  primary key (id, number)
);

create function kept.forget_submissions()
returns void
language sql
set search_path = kept, pg_temp
as $$
  delete from submission s
   where s.id in (
     select o.id from submission o where o.at_ms < now_ms() - 35 * 86400000::bigint order by o.at_ms limit 100 for update skip locked
   );
$$;

-- Durable once it answers true. False: an id that was used or forgone; nothing happens.
create function ask.submit(
  p_id uuid, p_size_bytes bigint, p_envelope bytea, p_body bytea, p_domains text[], p_sealed bytea[],
  p_sender text, p_priority integer, p_release_at_ms bigint, p_held boolean
)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform forget_submissions();
  insert into submission (id, sender, at_ms) values (p_id, p_sender, now_ms()) on conflict do nothing;
  if not found then return false; end if;
  perform ask.enqueue(p_id, p_size_bytes, p_envelope, p_body, p_domains, p_sealed, p_sender, p_priority, p_release_at_ms, p_held);
  return true;
end
$$;

-- Whoever is about to submit this finds its id taken. False: it was submitted already.
create function ask.forgo(p_id uuid, p_sender text)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  insert into submission (id, sender, at_ms, taken_back) values (p_id, p_sender, now_ms(), true) on conflict do nothing;
  return found or exists (select from submission s where s.id = p_id and s.sender = p_sender and s.taken_back);
end
$$;

drop function ask.cancel(uuid);

-- A part's lease is 0 until it is first claimed. The message's row is locked before anything of the submission, as `settle` does.
create function ask.cancel(p_id uuid, p_sender text)
returns boolean
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from message m where m.id = p_id and m.sender = p_sender for update;
  if not found then return false; end if;
  perform from part p where p.id = p_id for update;
  if exists (select from part p where p.id = p_id and p.lease <> 0) then return false; end if;
  update submission s set taken_back = true where s.id = p_id and s.sender = p_sender and not s.begun;
  if not found then return false; end if;
  delete from message m where m.id = p_id;
  return true;
end
$$;

-- One row for each recipient whose fate is known, and one without a number for each submission.
create function ask.submissions(p_ids uuid[], p_sender text)
returns table (id uuid, undo text, number integer, fate text, status text)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  with mine as (
    select s.id,
           case
             when s.taken_back then 'canceled'
             when s.begun then 'final'
             when exists (select from part p where p.id = s.id and p.lease = 0) and not exists (select from part p where p.id = s.id and p.lease <> 0) then 'pending'
             else 'final'
           end as undo
      from submission s
     where s.id = any (p_ids)
       and s.sender = p_sender
  )
  select m.id, m.undo, null, null, null from mine m
   union all
  select m.id, m.undo, f.number, f.fate, f.status from mine m join submission_fate f on f.id = m.id;
$$;

-- As before, and notes what its sender may ask about. Statuses and texts of failed ones first, then of deferred ones.
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
  update submission s set begun = true where s.id = p_id;
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
