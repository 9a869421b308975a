/**
 * How the platform's own server is set. Everything that could lose an acknowledged write stays on (fsync, synchronous
 * commit, full pages); what is tuned is space, spacing and what is not needed.
 */
export const serverSettings = (major: number): Readonly<Record<string, string>> => ({
  listen_addresses: '',
  unix_socket_permissions: '0777', // every process account may knock; all need a password
  password_encryption: 'scram-sha-256',
  max_connections: '400', // a busy cell has about forty; idle ones are closed
  superuser_reserved_connections: '5',

  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_parallel_workers_per_gather: '0', // questions are small, and a container's /dev/shm may be

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  max_wal_senders: '0',
  wal_compression: 'off', // sealed bytes don't shrink
  wal_buffers: '16MB',
  min_wal_size: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',

  autovacuum_naptime: '20s',
  jit: 'off',
  ...(major >= 18 ? { io_method: 'sync' } : {}),

  // An error's text may quote a value, so errors are told to the process that asked and not logged here. `log` is above
  // `error`: starts, stops, crashes, refused log-ins.
  log_statement: 'none',
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_timezone: 'UTC',
  timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  cluster_name: 'bulkhead',
})
