-- What became of each message, for 90 days. A note is sealed to the trace's key; beside it stand its moment, the message
-- it is about and keyed hashes of what it may be found by. One partition a day (of milliseconds since the epoch, UTC), made
-- when the first note of the day comes and dropped whole when its time is over.

create table kept.trace (
  at_ms   bigint   not null,
  message uuid     not null,
  keys    bigint[] not null,
  sealed  bytea    not null
) partition by range (at_ms);
alter table kept.trace alter column sealed set storage external;
create index trace_by_message on kept.trace (message);
create index trace_by_key on kept.trace using gin (keys);

create function kept.trace_day_ms()
returns bigint
language sql
immutable
as $$
  select 86400000::bigint;
$$;

create function kept.trace_days_kept()
returns bigint
language sql
immutable
as $$
  select 90::bigint;
$$;

-- Makes the partitions of today and tomorrow and drops those that are over. Two that come at once wait for each other.
create function kept.turn_trace()
returns void
language plpgsql
set search_path = kept, pg_temp
as $$
declare
  today constant bigint := now_ms() / trace_day_ms();
  day bigint;
  old text;
begin
  perform pg_advisory_xact_lock(7203514);
  for day in select generate_series(today - 1, today + 1) loop
    if to_regclass(format('kept.trace_%s', day)) is null then
      execute format('create table kept.trace_%s partition of kept.trace for values from (%s) to (%s)', day, day * trace_day_ms(), (day + 1) * trace_day_ms());
    end if;
  end loop;
  for old in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'kept.trace'::regclass and substr(c.relname, 7)::bigint < today - trace_days_kept()
  loop
    execute format('drop table kept.%I', old);
  end loop;
end
$$;

-- One row for each note; `p_ends` says where in `p_keys` the keys of each end. A note keeps the moment it was made at,
-- within an hour of now, so that a clock that is wrong can't ask for partitions of other years.
create function ask.trace_add(p_at_ms bigint[], p_messages uuid[], p_ends bigint[], p_keys bigint[], p_sealed bytea[])
returns void
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
declare
  hour_ms constant bigint := 3600000;
begin
  for again in 1..2 loop
    begin
      insert into trace (at_ms, message, keys, sealed)
      select greatest(now_ms() - hour_ms, least(now_ms(), n.at_ms)), n.message, p_keys[coalesce(p_ends[n.place - 1], 0) + 1 : n.last], n.sealed
        from unnest(p_at_ms, p_messages, p_ends, p_sealed) with ordinality as n (at_ms, message, last, sealed, place);
      return;
    exception when check_violation then
      if again = 2 then raise; end if;
      perform turn_trace();
    end;
  end loop;
end
$$;

-- Also where nothing happens any more what is over is dropped.
create function ask.trace_turn()
returns void
language sql
security definer
set search_path = kept, pg_temp
as $$
  select turn_trace();
$$;

-- The latest messages that have any of the keys (all, where none is given) in the time asked for.
create function ask.trace_find(p_keys bigint[], p_since_ms bigint, p_until_ms bigint, p_limit integer)
returns table (message uuid)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select t.message
    from trace t
   where (cardinality(p_keys) = 0 or t.keys && p_keys)
     and t.at_ms between greatest(p_since_ms, now_ms() - trace_days_kept() * trace_day_ms()) and p_until_ms
   group by t.message
   order by max(t.at_ms) desc
   limit p_limit;
$$;

-- What is noted of these messages, in order.
create function ask.trace_of(p_messages uuid[], p_limit integer)
returns table (at_ms bigint, message uuid, sealed bytea)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select t.at_ms, t.message, t.sealed
    from trace t
   where t.message = any (p_messages)
     and t.at_ms >= now_ms() - trace_days_kept() * trace_day_ms()
   order by t.at_ms
   limit p_limit;
$$;
