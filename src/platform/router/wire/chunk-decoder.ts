/** Takes a chunked body apart (RFC 9112 7.1): sizes in hexadecimal, CRLF everywhere, extensions and trailers dropped. */

export class MalformedChunkError extends Error {
  constructor() {
    super('the body is malformed: a chunk');
    this.name = 'MalformedChunkError';
  }
}

type Place = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-lf' | 'end';

/** Digits of a size: 2^44 bytes is more than any response. */
const MAX_DIGITS = 11;
/** Bytes of extensions and trailers, which mean nothing to anybody here. */
const MAX_IGNORED_BYTES = 16 * 1024;
const CR = 0x0d;
const LF = 0x0a;

export class ChunkDecoder {
  #place: Place = 'size';
  #size = 0;
  #digits = 0;
  #ignored = 0;
  /** Of the trailer line that is being read. */
  #lineLength = 0;

  get isComplete(): boolean {
    return this.#place === 'end';
  }

  /**
   * @param onData gets views of `bytes`
   * @returns how many bytes belonged to the body; fewer than all of them when it is complete
   * @throws MalformedChunkError
   */
  push(bytes: Uint8Array, onData: (data: Uint8Array) => void): number {
    let position = 0;
    while (position < bytes.length && this.#place !== 'end') {
      if (this.#place === 'data') {
        const data = bytes.subarray(position, position + this.#size);
        this.#size -= data.length;
        position += data.length;
        if (this.#size === 0) this.#place = 'data-cr';
        onData(data);
      } else {
        this.#step(bytes[position] as number);
        position += 1;
      }
    }
    return position;
  }

  #step(byte: number): void {
    switch (this.#place) {
      case 'size':
        this.#sizeByte(byte);
        return;
      case 'extension':
        if (byte === CR) this.#place = 'size-lf';
        else this.#ignore(byte);
        return;
      case 'size-lf':
        this.#expect(byte, LF, this.#size === 0 ? 'trailer' : 'data');
        return;
      case 'data-cr':
        this.#expect(byte, CR, 'data-lf');
        return;
      case 'data-lf':
        this.#digits = 0;
        this.#expect(byte, LF, 'size');
        return;
      case 'trailer':
        if (byte === CR) this.#place = 'trailer-lf';
        else {
          this.#lineLength += 1;
          this.#ignore(byte);
        }
        return;
      case 'trailer-lf':
        this.#expect(byte, LF, this.#lineLength === 0 ? 'end' : 'trailer');
        this.#lineLength = 0;
        return;
      case 'data':
      case 'end':
        return;
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      this.#digits += 1;
      if (this.#digits > MAX_DIGITS) throw new MalformedChunkError();
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw new MalformedChunkError();
    if (byte === CR) this.#place = 'size-lf';
    else if (byte === 0x3b) this.#place = 'extension';
    else throw new MalformedChunkError();
  }

  #ignore(byte: number): void {
    this.#ignored += 1;
    const isText = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);
    if (!isText || this.#ignored > MAX_IGNORED_BYTES) throw new MalformedChunkError();
  }

  #expect(byte: number, wanted: number, next: Place): void {
    if (byte !== wanted) throw new MalformedChunkError();
    this.#place = next;
  }
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
