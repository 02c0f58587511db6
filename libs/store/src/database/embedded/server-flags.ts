/**
 * Settings of the embedded server: durable first, then small. Measured on Linux, it idles at about 40 MB in all, and
 * what is left out (parallel queries, replication, background input and output) is of no use to records of this size.
 */
const SETTINGS: Readonly<Record<string, string | number>> = {
  // What was acknowledged stays, also when the machine loses power.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Nobody but this machine gets in, and only with the password.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  cluster_name: 'lantern',
  max_connections: 64,
  shared_buffers: '16MB',
  wal_buffers: '1MB',
  min_wal_size: '16MB',
  max_wal_size: '256MB',
  // PostgreSQL 18 starts three processes for input and output unless told not to.
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_replication_slots: 0,
  max_logical_replication_workers: 0,
  max_worker_processes: 2,
  max_parallel_workers: 0,
  max_parallel_workers_per_gather: 0,
  max_parallel_maintenance_workers: 0,
  autovacuum_max_workers: 1,
  autovacuum_worker_slots: 1,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
};

/** Command line of the server, without the program. */
export const serverFlags = (dataDirectory: string, port: number): readonly string[] => [
  '-D',
  dataDirectory,
  '-p',
  String(port),
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];
