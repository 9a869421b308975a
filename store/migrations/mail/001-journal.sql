-- The account journal: an account is a row with a head and an ordered list of sealed events; messages, content keys and
-- snapshots lie beside it. Every key leads with the account's handle, so that all of an account can live on one shard,
-- and every question of a process is one function whose first argument is that handle.
-- Sealed bytes never shrink: they are stored without an attempt to compress them.

create table kept.account (
  account      uuid   primary key,
  head         bigint not null default 0,
  used_bytes   bigint not null default 0,
  messages     bigint not null default 0,
  quota_bytes  bigint,
  open         boolean not null default true,
  snapshot_seq bigint not null default 0
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

create table kept.event (
  account uuid   not null,
  seq     bigint not null,
  sealed  bytea  not null,
  primary key (account, seq)
) with (autovacuum_vacuum_insert_scale_factor = 0.4, autovacuum_analyze_scale_factor = 0.4);
alter table kept.event alter column sealed set storage external;

-- An index of usual size stays in its row (toast_tuple_target), so that a mailbox is listed without a second look-up.
create table kept.message (
  account    uuid   not null,
  message    uuid   not null,
  size_bytes bigint not null,
  index      bytea  not null,
  blob       text,
  primary key (account, message)
) with (toast_tuple_target = 8160, autovacuum_vacuum_insert_scale_factor = 0.4, autovacuum_analyze_scale_factor = 0.4);
alter table kept.message alter column index set storage external;

-- A body in the database is cut into parts of nearly a page. PostgreSQL would do the same with parts of 2 KB; a quarter
-- of the rows and index entries takes about half the time of an append.
create table kept.part (
  account uuid     not null,
  message uuid     not null,
  part    smallint not null,
  sealed  bytea    not null,
  primary key (account, message, part)
) with (autovacuum_vacuum_insert_scale_factor = 0.4, autovacuum_analyze_scale_factor = 0.4);
alter table kept.part alter column sealed set storage plain;

create table kept.content_key (
  account uuid   not null,
  key_id  bytea  not null,
  seq     bigint not null,
  sealed  bytea  not null,
  primary key (account, key_id)
);
alter table kept.content_key alter column sealed set storage external;
create index content_key_by_seq on kept.content_key (account, seq);

create table kept.snapshot (
  account uuid   not null,
  segment text   not null,
  seq     bigint not null,
  sealed  bytea  not null,
  primary key (account, segment)
);
alter table kept.snapshot alter column sealed set storage external;

-- Digests of arrivals whose sender may not have heard the acknowledgement; few rows, none older than a day.
create table kept.arrival (
  account   uuid        not null,
  digest    bytea       not null,
  keep      boolean     not null,
  stored_at timestamptz not null default now(),
  primary key (account, digest)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
