-- Intakes asked every two seconds whether a push was due, and mostly none was. Now they hear when something comes to be owed, and are told when the
-- next is due: a hint that may be lost with its connection, for which they look now and then. The row stays the truth.

create function kept.wake_pushers()
returns trigger
language plpgsql
set search_path = kept, pg_temp
as $$
begin
  -- The same from many rows of a transaction is told once.
  perform pg_notify('pushes_owed', '');
  return null;
end
$$;

create trigger wake_pushers_of_new
after insert on kept.push_subscription
for each row when (new.due is not null) execute function kept.wake_pushers();

create trigger wake_pushers
after update of due on kept.push_subscription
for each row when (old.due is null and new.due is not null) execute function kept.wake_pushers();

-- Milliseconds until the first is due, or its lease runs out; not more than 0 where one is due. Null: nothing is owed.
create function ask.next_push()
returns bigint
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select (extract(epoch from min(s.due) - now()) * 1000)::bigint from push_subscription s where s.due is not null;
$$;
