/** What a deploy was to achieve, so that the same one, asked for again while it goes on or was left, is known again. */
export interface AskedDeploy {
  /** Digest of everything that is asked for, but for an id that was made up. */
  readonly content: string;
  /** The version id that the client made up, of modules whose version nobody named. */
  readonly generatedVersion?: string;
}
