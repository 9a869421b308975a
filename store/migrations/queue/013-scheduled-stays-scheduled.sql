-- What its sender scheduled (RFC 4865) goes when its time has come, whoever releases or retries it: a part that was never
-- claimed, whose time is to come. Release takes only what is held.

-- -1: no such message. Parts that are being sent right now are left alone. `p_domain` null: all of them.
create or replace function ask.queue_act(p_id uuid, p_act text, p_domain text)
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
       and (p_act <> 'release' or p.held)
       and (p_act <> 'retry' or p.lease <> 0 or p.due_at_ms <= now_ms())
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
    elsif p_act = 'release' and one.lease = 0 and one.due_at_ms > now_ms() then
      update part p set held = false where p.id = p_id and p.domain = one.domain;
    else
      update recipient r set next_attempt_at_ms = least(r.next_attempt_at_ms, now_ms()) where r.id = p_id and r.domain = one.domain;
      update part p set held = p.held and p_act = 'retry', ready = true, due_at_ms = now_ms() where p.id = p_id and p.domain = one.domain;
    end if;
  end loop;
  return touched;
end
$$;
