/** Prepared statements by their text: preparing costs more than most of our statements. */

export interface StatementCache<S> {
  get(sql: string): S;
}

/** Far more than the platform's statements; only text made at run time could reach it. */
const mostStatements = 256;

export function createStatementCache<S>(prepare: (sql: string) => S): StatementCache<S> {
  const statements = new Map<string, S>();
  return {
    get(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      if (statements.size >= mostStatements) statements.clear();
      const statement = prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
  };
}
