/** The SQL of the key table: every statement the vault can run. Each names one account, one set, one key of a domain or the cell. */

export const wrappedKeyBytes = 60
/** A DKIM key's padded private half, its nonce and its tag. */
export const wrappedSignerBytes = 1_308

export const schema = `
  create table if not exists cell (
    id              integer primary key check (id = 1),
    index_key       blob    not null,
    epoch           integer not null default 0,
    addresses_hour  integer not null default 0,
    addresses_count integer not null default 0
  ) strict;
  create table if not exists set_epoch (
    set_name text    primary key,
    epoch    integer not null
  ) strict, without rowid;
  create table if not exists wrapped_key (
    id    integer primary key,
    bytes blob    not null check (length(bytes) = ${wrappedKeyBytes})
  ) strict;
  create table if not exists account (
    account        blob    primary key check (length(account) = 16),
    set_name       text    not null,
    key_id         integer not null,
    previous_id    integer,
    epoch          integer not null default 0,
    wrong_hour     integer not null default 0,
    wrong_count    integer not null default 0,
    permit_until   integer not null default 0,
    destroyed_at   integer
  ) strict, without rowid;
  create table if not exists trace (
    id          integer primary key check (id = 1),
    public_key  blob    not null,
    private_key blob    not null,
    hour        integer not null default 0,
    count       integer not null default 0
  ) strict;
  create table if not exists wrapped_signer (
    id    integer primary key,
    bytes blob    not null check (length(bytes) = ${wrappedSignerBytes})
  ) strict;
  create table if not exists signer (
    domain     text    not null,
    slot       integer not null,
    selector   text    not null,
    algorithm  text    not null,
    public_key blob    not null,
    key_id     integer not null,
    state      text    not null,
    since      integer not null,
    primary key (domain, slot),
    unique (domain, selector)
  ) strict, without rowid;
`

export const statements = {
  indexKey: `select index_key from cell where id = 1`,
  makeCell: `insert into cell (id, index_key) values (1, ?)`,
  cellEpoch: `select epoch from cell where id = 1`,
  held: `
    select k.bytes as wrapped, p.bytes as previous, a.set_name, a.epoch, coalesce(s.epoch, 0) as set_epoch,
           a.wrong_hour, a.wrong_count, a.permit_until
      from account a
      join wrapped_key k on k.id = a.key_id
      left join wrapped_key p on p.id = a.previous_id
      left join set_epoch s on s.set_name = a.set_name
     where account = ? and destroyed_at is null`,
  addKey: `insert into wrapped_key (bytes) values (?)`,
  addAccount: `insert into account (account, set_name, key_id) values (?, ?, ?)`,
  replace: `update account set previous_id = key_id, key_id = ?2 where account = ?1 and destroyed_at is null`,
  erasePrevious: `
    update wrapped_key set bytes = zeroblob(${wrappedKeyBytes})
     where id = (select previous_id from account where account = ?)`,
  forgetPrevious: `update account set previous_id = null where account = ?`,
  eraseKey: `
    update wrapped_key set bytes = zeroblob(${wrappedKeyBytes})
     where id = (select key_id from account where account = ?)`,
  bury: `update account set destroyed_at = coalesce(destroyed_at, ?2), permit_until = 0 where account = ?1`,
  raiseAccount: `update account set epoch = epoch + 1 where account = ? and destroyed_at is null returning epoch`,
  raiseSet: `
    insert into set_epoch (set_name, epoch) values (?, 1)
        on conflict (set_name) do update set epoch = epoch + 1 returning epoch`,
  raiseCell: `update cell set epoch = epoch + 1 where id = 1 returning epoch`,
  permit: `update account set permit_until = ?2 where account = ?1`,
  countWrong: `
    update account set wrong_count = iif(wrong_hour = ?2, wrong_count + 1, 1), wrong_hour = ?2
     where account = ?1`,
  countAddress: `
    update cell
       set addresses_count = iif(addresses_hour = ?1, addresses_count + 1, 1), addresses_hour = ?1
     where id = 1 returning addresses_count`,
  traceKey: `select public_key, private_key from trace where id = 1`,
  makeTrace: `insert into trace (id, public_key, private_key) values (1, ?, ?)`,
  countTrace: `update trace set count = iif(hour = ?1, count + 1, 1), hour = ?1 where id = 1 returning count`,
  signerAt: `
    select selector, algorithm, public_key, state, since
      from signer
     where domain = ? and slot = ?`,
  signer: `
    select s.selector, s.algorithm, s.public_key, s.state, s.since, k.bytes as wrapped
      from signer s
      join wrapped_signer k on k.id = s.key_id
     where domain = ? and selector = ?`,
  addSignerKey: `insert into wrapped_signer (bytes) values (?)`,
  addSigner: `
    insert into signer (domain, slot, selector, algorithm, public_key, key_id, state, since)
    values (?, ?, ?, ?, ?, ?, ?, ?)`,
  changeSigner: `update signer set state = ?3, since = ?4 where domain = ?1 and selector = ?2`,
  eraseSigner: `
    update wrapped_signer set bytes = zeroblob(${wrappedSignerBytes})
     where id = (select key_id from signer where domain = ? and selector = ?)`,
  forgetSigner: `delete from signer where domain = ? and selector = ?`,
} as const
