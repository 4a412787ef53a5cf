/** Who asked for a change, and by which request, so that a repetition is known. */
export interface ChangeAuthor {
  readonly requestId: string;
  readonly createdBy: string;
}
