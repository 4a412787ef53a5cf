/** A task as it is kept. */

import type { Queue, QueueRetry } from '../../model/settings.ts';
import type { NewTask, TaskMethod } from '../../model/task-queue.ts';

/** Which queue of which application. */
export interface QueueName {
  readonly application: string;
  readonly queue: string;
}

/** Checked and complete, on its way into the store. */
export interface TaskToAdd {
  readonly name: string;
  /** Given by the sender: used once. */
  readonly isNamed: boolean;
  /** Milliseconds since the epoch. */
  readonly etaMs: number;
  readonly createdAtMs: number;
  /** Bytes. */
  readonly size: number;
  readonly method: TaskMethod;
  readonly url: string;
  readonly headers: NonNullable<NewTask['headers']>;
  readonly payload: Uint8Array | undefined;
  readonly target: string | undefined;
  readonly retry: QueueRetry | undefined;
  readonly tag: string | undefined;
  readonly enqueuedBy: NewTask['enqueuedBy'];
}

export interface StoredTask extends TaskToAdd {
  readonly id: number;
  /** Failed attempts; of pull tasks, leases. */
  readonly attempts: number;
  /** Failed attempts that an instance had begun to work on. */
  readonly executions: number;
  readonly firstAttemptAtMs: number | undefined;
  /** 0 when there was no complete answer. */
  readonly lastStatus: number | undefined;
}

/** What the settings say of a queue, and what people made of it. */
export interface StoredQueue {
  readonly settings: Queue;
  /** By hand. */
  readonly isPaused: boolean;
}
