-- How the webmail of a brand looks: JSON of `door/contracts/brand.ts`, checked before it comes here.

create table kept.brand_look (
  brand text primary key references kept.brand on delete cascade,
  look  text not null check (length(look) <= 131072)
);

create function ask.set_brand_look(p_brand text, p_look text)
returns text
language plpgsql
security definer
set search_path = kept, pg_temp
as $$
begin
  perform from brand b where b.brand = p_brand for key share;
  if not found then return 'noSuchBrand'; end if;
  insert into brand_look (brand, look) values (p_brand, p_look) on conflict (brand) do update set look = excluded.look;
  return 'set';
end
$$;

create function ask.brand_look(p_brand text)
returns text
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select l.look from brand_look l where l.brand = p_brand;
$$;
