-- Whether a journal moved is asked at most commands of a session, and mostly it did not: its head alone answers that.

create function ask.head(p_account uuid)
returns bigint
language sql
stable
security definer
set search_path = kept, pg_temp
as $$
  select a.head
    from account a
   where a.account = p_account;
$$;
