-- Small bodies have a part of their own each, so a number of parts says little about bytes: packs of small messages would
-- never have been full.

drop function ask.unpacked_bodies(uuid, bigint);

-- Bodies that still lie in parts, oldest message first, up to so many bytes. Where one goes on beyond them, a row of it
-- without bytes ends the answer: it is left for the next time.
create function ask.unpacked_bodies(p_account uuid, p_bytes bigint)
returns table (message uuid, sealed bytea)
language plpgsql
stable
security definer
set search_path = kept, pg_temp
-- Only the first few megabytes are wanted, which the planner can't know.
set enable_seqscan = off
set enable_sort = off
as $$
declare
  bytes bigint := 0;
begin
  for message, sealed in select p.message, p.sealed from part p where p.account = p_account order by p.message, p.part loop
    bytes := bytes + length(sealed);
    if bytes > p_bytes then
      sealed := null;
      return next;
      return;
    end if;
    return next;
  end loop;
end
$$;

-- Where all bodies of a pack lie: whoever reads one of them mostly reads its neighbours next.
create function ask.places_in(p_account uuid, p_blob text)
returns table (message uuid, at_byte bigint, size_bytes bigint)
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select l.message, l.at_byte, l.size_bytes
    from place l
   where l.account = p_account
     and l.blob = p_blob
   order by l.at_byte;
$$;
