-- What the provider has to say reaches a full mailbox too: such an append may go above the quota, by so many bytes together until the
-- account has been within it again.

alter table kept.account add column above_bytes bigint not null default 0;

drop function ask.append(
  uuid, bigint, bigint, bigint, bytea, boolean, bytea[], uuid[], bigint[], bytea[], bytea[], text[], bytea[], bytea[]
);

create function ask.append(
  p_account       uuid,
  p_expected_head bigint,
  p_adds_bytes    bigint,
  p_adds_messages bigint,
  p_digest        bytea,
  p_keep_digest   boolean,
  p_events        bytea[],
  p_messages      uuid[],
  p_sizes         bigint[],
  p_indexes       bytea[],
  p_bodies        bytea[],
  p_blobs         text[],
  p_key_ids       bytea[],
  p_keys          bytea[],
  p_above_max     bigint default 0,
  out status      integer,
  out head        bigint
)
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  n constant integer := cardinality(p_events);
  part_bytes constant integer := 8000;
  known account%rowtype;
  body bytea;
begin
  update account a
     set head = a.head + n,
         used_bytes = greatest(0, a.used_bytes + p_adds_bytes),
         messages = greatest(0, a.messages + p_adds_messages),
         above_bytes = case
           when (a.quota_bytes is null or a.used_bytes + p_adds_bytes <= a.quota_bytes)
            and (a.quota_messages is null or a.messages + p_adds_messages <= a.quota_messages) then 0
           else a.above_bytes + greatest(0, p_adds_bytes)
         end
   where a.account = p_account
     and a.open
     and (p_expected_head is null or a.head = p_expected_head)
     and (
       (
         (p_adds_bytes <= 0 or a.quota_bytes is null or a.used_bytes + p_adds_bytes <= a.quota_bytes)
         and (p_adds_messages <= 0 or a.quota_messages is null or a.messages + p_adds_messages <= a.quota_messages)
       )
       or (p_above_max > 0 and a.above_bytes + p_adds_bytes <= p_above_max)
     )
  returning a.head into head;

  if not found then
    select * into known from account a where a.account = p_account;
    head := coalesce(known.head, 0);
    status := case
      when known.account is null then 4
      when p_digest is not null and exists (select from arrival r where r.account = p_account and r.digest = p_digest) then 1
      when not known.open then 5
      when p_expected_head is not null and known.head <> p_expected_head then 2
      else 3
    end;
    return;
  end if;

  if p_digest is not null then
    insert into arrival (account, digest, keep) values (p_account, p_digest, p_keep_digest) on conflict do nothing;
    if not found then
      -- Stored before. We hold the account's row, so taking back what we added leaves it as it was.
      update account a
         set head = a.head - n, used_bytes = greatest(0, a.used_bytes - p_adds_bytes), messages = greatest(0, a.messages - p_adds_messages),
             above_bytes = greatest(0, a.above_bytes - greatest(0, p_adds_bytes))
       where a.account = p_account
      returning a.head into head;
      status := 1;
      return;
    end if;
  end if;

  if n = 1 then
    insert into event (account, seq, sealed) values (p_account, head, p_events[1]);
  else
    insert into event (account, seq, sealed)
    select p_account, append.head - n + e.at, e.sealed from unnest(p_events) with ordinality as e (sealed, at);
  end if;

  for i in 1 .. cardinality(p_messages) loop
    insert into message (account, message, size_bytes, index, blob)
    values (p_account, p_messages[i], p_sizes[i], p_indexes[i], p_blobs[i]);
    body := p_bodies[i];
    for p in 1 .. coalesce((length(body) + part_bytes - 1) / part_bytes, 0) loop
      insert into part (account, message, part, sealed)
      values (p_account, p_messages[i], p, substring(body from (p - 1) * part_bytes + 1 for part_bytes));
    end loop;
  end loop;

  if cardinality(p_key_ids) > 0 then
    insert into content_key (account, key_id, seq, sealed)
    select p_account, k.key_id, append.head - n + 1, k.sealed from unnest(p_key_ids, p_keys) as k (key_id, sealed)
    on conflict do nothing;
  end if;

  status := 0;
end
$$;
