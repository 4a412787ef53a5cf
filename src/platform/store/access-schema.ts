/** Tokens, by the hash of what they are, and the audit log, which is only ever added to. */

export const accessTables = `
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    role TEXT NOT NULL,
    applications TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    application TEXT,
    target TEXT,
    result TEXT NOT NULL,
    error TEXT,
    operation TEXT
  );
  CREATE INDEX audit_by_time ON audit (time);
  CREATE INDEX audit_by_application ON audit (application, id);
  CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
  END;
  CREATE TRIGGER audit_keeps_the_last_day BEFORE DELETE ON audit
  WHEN OLD.time > (CAST(strftime('%s', 'now') AS INTEGER) - 86400) * 1000 BEGIN
    SELECT RAISE(ABORT, 'the audit log keeps the last day whatever happens');
  END;
`;
