/** Takes a `multipart/related` upload apart while it comes: a JSON part, then the content. */

export interface MultipartHandler {
  /** The first part, whole. */
  onMetadata(text: string): void;
  /** @param contentType of the second part */
  onContentStart(contentType: string | undefined): void;
  onContent(bytes: Uint8Array): void;
}

/** What is wrong with the body, as the end of a sentence. */
export class MultipartError extends Error {}

/** Bytes of boundary line, metadata and headers together. */
const MOST_BEFORE_CONTENT = 256 * 1024;
/** After the last boundary: `--`, an end of line, and what some clients add. */
const LONGEST_END = 16;

/** The boundary in a Content-Type header: with double quotes, with single ones (gcloud), or plain. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/[a-z]+\s*;.*?boundary=("([^"]{1,200})"|'([^']{1,200})'|([^;\s]{1,200}))/i.exec(
    contentType ?? '',
  );
  return match?.[2] ?? match?.[3] ?? match?.[4];
}

export class MultipartReader {
  readonly #boundary: string;
  readonly #handler: MultipartHandler;
  /** What came and was not handed on yet. */
  #held = Buffer.alloc(0);
  /** Set when the content has begun: what stands before the last boundary. Some clients write bare line feeds. */
  #endOfLine: '\n' | '\r\n' | undefined;

  constructor(boundary: string, handler: MultipartHandler) {
    this.#boundary = boundary;
    this.#handler = handler;
  }

  /** @throws MultipartError */
  push(chunk: Uint8Array): void {
    this.#held = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk]);
    if (this.#endOfLine === undefined && !this.#readHead()) return;
    // The last boundary can only be at the very end: what is surely before it is content.
    const tail = this.#boundary.length + 4 + LONGEST_END;
    if (this.#held.length <= tail) return;
    this.#handler.onContent(this.#held.subarray(0, this.#held.length - tail));
    this.#held = this.#held.subarray(this.#held.length - tail);
  }

  /** @throws MultipartError when the last boundary is missing: the upload was cut */
  end(): void {
    if (this.#endOfLine === undefined) throw new MultipartError('ends before its second part');
    const last = `${this.#endOfLine}--${this.#boundary}--`;
    const index = this.#held.lastIndexOf(last);
    const rest = this.#held.subarray(index + last.length).toString('latin1');
    if (index === -1 || rest.trim() !== '') throw new MultipartError('ends without its last boundary');
    if (index > 0) this.#handler.onContent(this.#held.subarray(0, index));
  }

  /** False while the headers of the second part are not complete. */
  #readHead(): boolean {
    // Latin-1, so that positions in the text are positions in the bytes.
    const text = this.#held.subarray(0, MOST_BEFORE_CONTENT).toString('latin1');
    const head = headPattern(this.#boundary).exec(text);
    if (!head) {
      if (this.#held.length >= MOST_BEFORE_CONTENT) throw new MultipartError('has no second part');
      return false;
    }
    const [whole, endOfLine, metadata = '', headers = ''] = head;
    this.#handler.onMetadata(Buffer.from(metadata, 'latin1').toString('utf8'));
    this.#handler.onContentStart(/^content-type:[ \t]*(.*?)[ \t]*\r?$/im.exec(headers)?.[1]);
    this.#endOfLine = endOfLine === '\r\n' ? '\r\n' : '\n';
    this.#held = this.#held.subarray(head.index + whole.length);
    return true;
  }
}

function headPattern(boundary: string): RegExp {
  const line = `--${boundary.replace(/[^\w]/g, '\\$&')}[ \\t]*(\r?\n)`;
  const again = line.replace('(\r?\n)', '\\1');
  return new RegExp(`${line}(?:[^\r\n]+\\1)*\\1([^]*?)\\1${again}((?:[^\r\n]+\\1)*)\\1`);
}
