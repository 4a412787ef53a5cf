/** What an application used in a day, as App Engine bills it. */

export interface DailyTraffic {
  /** `2026-11-21`; days begin at midnight in California, as App Engine's do. */
  readonly day: string;
  /** Bytes that sockets sent: outgoing bandwidth (S0, S1). */
  readonly socketBytesSent: number;
  readonly socketBytesReceived: number;
}
