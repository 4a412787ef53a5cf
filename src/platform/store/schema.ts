/** The tables of the platform's state; a migration is never edited once released, only followed by another. */

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
    next_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    first_attempt_at INTEGER,
    last_at INTEGER,
    last_status INTEGER,
    PRIMARY KEY (application, job)
  );
  CREATE INDEX operations_by_application ON operations (application, created_at);
  `,
];
