/** What can keep an instance from starting, as far as it can be told apart. */
export type StartProblem =
  /** Its program ended before it listened. */
  | 'exited'
  | 'command-not-found'
  /** It asked for a library or a file that is not there. */
  | 'missing-dependency'
  /** It listens, on another port than `$PORT`. */
  | 'wrong-port'
  /** It listens on `$PORT`, where the platform can't reach it. */
  | 'other-address'
  | 'out-of-memory'
  /** It still ran and did not listen when its time was over. */
  | 'slow-start'
  /** It listened, and answered `/_ah/start` with an error. */
  | 'start-refused'
  /** It listened, and a health check of its yaml file did not succeed. */
  | 'check-failed';
