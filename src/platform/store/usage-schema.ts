/** What applications used, by the day. */

export const usageTables = `
  CREATE TABLE daily_usage (
    application TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (application, day, name)
  ) WITHOUT ROWID;
`;

/** Instances that are billed, as far as they were counted; times in milliseconds since the epoch. */
export const billedRunTables = `
  CREATE TABLE billed_runs (
    application TEXT NOT NULL,
    module TEXT NOT NULL,
    version TEXT NOT NULL,
    slot TEXT NOT NULL,
    class TEXT NOT NULL,
    scaling TEXT NOT NULL,
    max_idle INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    until INTEGER NOT NULL
  );
`;
