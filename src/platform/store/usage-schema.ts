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
