/** The tables of the platform's state; a migration is never edited once released, only followed by another. */

import { accessTables } from './access-schema.ts';
import { apiTables } from './api-schema.ts';
import { secretTables } from './secret-schema.ts';
import { billedRunTables, usageTables } from './usage-schema.ts';
import { webhookTables } from './webhook-schema.ts';

export const migrations: readonly string[] = [
  `
  CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    live TEXT NOT NULL,
    current_release TEXT
  );
  CREATE TABLE manifests (
    digest TEXT PRIMARY KEY,
    files TEXT NOT NULL
  );
  CREATE TABLE deployments (
    id TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    module TEXT NOT NULL,
    version TEXT NOT NULL,
    spec TEXT NOT NULL,
    spec_digest TEXT NOT NULL,
    manifest_digest TEXT NOT NULL REFERENCES manifests (digest),
    file_count INTEGER NOT NULL,
    disk_usage INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
  );
  CREATE INDEX deployments_by_application ON deployments (application);
  CREATE TABLE releases (
    application TEXT NOT NULL,
    number INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    message TEXT,
    changes TEXT NOT NULL,
    live TEXT NOT NULL,
    PRIMARY KEY (application, number)
  );
  CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    request_id TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    finished_at TEXT,
    release TEXT,
    events TEXT NOT NULL DEFAULT '[]',
    error TEXT
  );
  CREATE TABLE cron_jobs (
    application TEXT NOT NULL,
    job TEXT NOT NULL,
    next_at INTEGER,
    failed_attempts INTEGER NOT NULL,
    first_attempt_at INTEGER,
    running_since INTEGER,
    last_at INTEGER,
    last_status INTEGER,
    PRIMARY KEY (application, job)
  );
  CREATE TABLE queues (
    application TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    is_paused INTEGER NOT NULL,
    PRIMARY KEY (application, name)
  );
  CREATE TABLE queue_files (
    application TEXT PRIMARY KEY,
    digest TEXT NOT NULL
  );
  CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application TEXT NOT NULL,
    queue TEXT NOT NULL,
    name TEXT NOT NULL,
    is_named INTEGER NOT NULL,
    eta INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    tag TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    first_attempt_at INTEGER,
    last_status INTEGER,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    target TEXT,
    enqueued_by TEXT,
    retry TEXT,
    headers TEXT NOT NULL,
    payload TEXT
  );
  CREATE UNIQUE INDEX tasks_by_name ON tasks (application, queue, name);
  CREATE INDEX tasks_by_eta ON tasks (application, queue, eta, id);
  CREATE INDEX tasks_by_tag ON tasks (application, queue, tag, eta, id) WHERE tag IS NOT NULL;
  CREATE TABLE used_task_names (
    application TEXT NOT NULL,
    queue TEXT NOT NULL,
    name TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (application, queue, name)
  ) WITHOUT ROWID;
  CREATE INDEX used_task_names_by_end ON used_task_names (until);
  CREATE INDEX operations_by_application ON operations (application, created_at);
  `,
  apiTables,
  usageTables,
  secretTables,
  accessTables,
  billedRunTables,
  'ALTER TABLE releases ADD COLUMN source_commit TEXT',
  webhookTables,
  'ALTER TABLE releases ADD COLUMN pin TEXT',
];
