/**
 * The framed blob stream: many blobs in one request body.
 *
 * A frame is a 40-byte head and the content: 32 bytes SHA-256, 8 bytes big-endian size. The stream ends with a
 * head of 40 zero bytes, so that a cut stream is told from a complete one.
 */

export const FRAME_HEAD_BYTES = 40;
/** Bytes of one upload after unpacking: twice the largest version. */
export const MAX_UNPACKED_BYTES = 8 * 1024 ** 3;

export const FRAMES_CONTENT_TYPE = 'application/vnd.appcfg.blobs';

export function frameHead(digest: string, size: number): Uint8Array {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.write(digest, 0, 32, 'hex');
  head.writeBigUInt64BE(BigInt(size), 32);
  return head;
}

export const endOfFrames: Uint8Array = new Uint8Array(FRAME_HEAD_BYTES);

export interface FrameReceiver {
  begin(digest: string, size: number): void;
  data(chunk: Uint8Array): void;
  finish(): void;
}

/** Takes the body's chunks in any sizes and calls the receiver frame by frame. */
export class FrameParser {
  readonly #receiver: FrameReceiver;
  readonly #head = Buffer.alloc(FRAME_HEAD_BYTES);
  #headBytes = 0;
  #left = -1;
  #isEnded = false;

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /** True when the end marker has come. */
  get isComplete(): boolean {
    return this.#isEnded;
  }

  /** @throws RangeError on data after the end or a size that no file can have */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#isEnded) throw new RangeError('data after the end of the stream');
      offset += this.#left < 0 ? this.#pushHead(chunk, offset) : this.#pushContent(chunk, offset);
    }
  }

  #pushHead(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(FRAME_HEAD_BYTES - this.#headBytes, chunk.length - offset);
    this.#head.set(chunk.subarray(offset, offset + taken), this.#headBytes);
    this.#headBytes += taken;
    if (this.#headBytes < FRAME_HEAD_BYTES) return taken;
    this.#headBytes = 0;
    if (this.#head.every((byte) => byte === 0)) {
      this.#isEnded = true;
      return taken;
    }
    const size = this.#head.readBigUInt64BE(32);
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`a blob of ${size} bytes`);
    this.#receiver.begin(this.#head.toString('hex', 0, 32), Number(size));
    this.#left = Number(size);
    if (this.#left === 0) this.#finish();
    return taken;
  }

  #pushContent(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(this.#left, chunk.length - offset);
    this.#receiver.data(chunk.subarray(offset, offset + taken));
    this.#left -= taken;
    if (this.#left === 0) this.#finish();
    return taken;
  }

  #finish(): void {
    this.#left = -1;
    this.#receiver.finish();
  }
}
