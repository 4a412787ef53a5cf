/** Codes of Google's RPCs as the HTTP statuses that they stand for (google/rpc/code.proto). Pure. */

const statuses: Readonly<Record<number, number>> = {
  ...{ 0: 200, 1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429 },
  ...{ 9: 400, 10: 409, 11: 400, 12: 501, 13: 500, 14: 503, 15: 500, 16: 401 },
};

/** Zero is what protocol buffers leave out. */
export function httpStatusOf({ code = 0 }: { readonly code?: number } = {}): number {
  return statuses[code] ?? 500;
}
