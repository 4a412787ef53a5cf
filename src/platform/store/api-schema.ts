/** What Google's surfaces keep: objects of staging buckets, resources that only they know, what an operation was about. */

export const apiTables = `
  CREATE TABLE objects (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha1 TEXT NOT NULL,
    md5 TEXT NOT NULL,
    crc32c TEXT NOT NULL,
    is_program INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    generation TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
  );
  CREATE INDEX objects_by_age ON objects (created_at);
  CREATE TABLE api_resources (
    application TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (application, kind, id)
  ) WITHOUT ROWID;
  ALTER TABLE operations ADD COLUMN target TEXT;
`;
