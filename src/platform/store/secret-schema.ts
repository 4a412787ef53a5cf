/** Sealed values of secrets, and which of them each deployment was given. */

export const secretTables = `
  CREATE TABLE secrets (
    application TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (application, name, version)
  ) WITHOUT ROWID;
  ALTER TABLE deployments ADD COLUMN secrets TEXT;
`;
