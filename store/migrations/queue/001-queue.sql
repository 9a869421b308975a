-- The outbound queue. A message has parts, one per domain, which are what is scheduled and leased; a part has
-- recipients, each with its own fate. While a part is leased its `due_at_ms` is the lease's end, so that one index finds
-- both what is due and what a dead courier left. `lease` only grows: a write that shows an old one changes nothing.

create sequence kept.lease as bigint;

create table kept.message (
  id           uuid   primary key,
  queued_at_ms bigint not null,
  size_bytes   bigint not null,
  envelope     bytea  not null,
  body         bytea  not null
);
alter table kept.message alter column envelope set storage external, alter column body set storage external;
create index message_by_age on kept.message (queued_at_ms);

create table kept.part (
  id              uuid    not null references kept.message on delete cascade,
  domain          text    not null,
  due_at_ms       bigint  not null,
  held            boolean not null default false,
  lease           bigint  not null default 0,
  leased_until_ms bigint  not null default 0,
  primary key (id, domain)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
create index part_by_due on kept.part (due_at_ms) where not held;

create table kept.recipient (
  id                 uuid    not null,
  number             integer not null,
  domain             text    not null,
  sealed             bytea   not null,
  attempts           integer not null default 0,
  next_attempt_at_ms bigint  not null,
  last_status        text,
  last_text          bytea,
  primary key (id, number),
  foreign key (id, domain) references kept.part on delete cascade
) with (fillfactor = 70);
alter table kept.recipient alter column sealed set storage external;
