-- Who has an address. An address is known by its keyed blind index alone, its text only sealed; a credential row holds
-- nothing that could be tested without the vault. An address of a cancelled account stays as a tombstone (no account),
-- so that it is never given out again.

create table kept.brand (
  brand text primary key,
  name  text not null
);

create table kept.domain (
  domain text primary key,
  brand  text not null references kept.brand
);

create table kept.account (
  account       uuid primary key,
  brand         text not null references kept.brand,
  state         text not null default 'active' check (state in ('active', 'dormant', 'suspended', 'cancelled')),
  public_key    bytea not null,
  escrow        bytea,
  created_at    timestamptz not null default date_trunc('second', now()),
  last_login_at timestamptz
) with (fillfactor = 80);

create table kept.credential (
  account uuid primary key references kept.account on delete cascade,
  salt    bytea   not null,
  m       integer not null,
  t       integer not null,
  p       integer not null,
  sealed  bytea   not null
) with (fillfactor = 80);

create table kept.address (
  index      bytea primary key check (length(index) between 16 and 64),
  account    uuid references kept.account,
  domain     text not null,
  sealed     bytea,
  is_primary boolean not null,
  check ((account is null) = (sealed is null))
);
create index address_by_account on kept.address (account) where account is not null;
create unique index one_primary_address on kept.address (account) where is_primary and account is not null;
create index address_by_domain on kept.address (domain) where account is not null;
