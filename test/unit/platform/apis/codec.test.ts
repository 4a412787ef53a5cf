/** Wire bytes, held against messages written out by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../../src/platform/apis/protocol/codec.ts';
import { memcacheMessages } from '../../../../src/platform/apis/protocol/memcache.ts';
import { taskQueueMessages } from '../../../../src/platform/apis/protocol/taskqueue.ts';
import { fetchRequest } from '../../../../src/platform/apis/protocol/urlfetch.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('the wire format', () => {
  it('5.5a has groups between their tags', () => {
    // Item = 1: start 0b, key = 2: "k", value = 3: "v", flags = 4 fixed32, cas_id = 5 fixed64, end 0c.
    const bytes = hex('0b 12 01 6b 1a 01 76 25 02000000 29 0700000000000000 0c');
    const item = { key: Buffer.from('k'), value: Buffer.from('v'), flags: 2, cas_id: '7' };
    expect(memcacheMessages.getResponse.decode(bytes)).toEqual({ item: [item] });
    expect(Buffer.from(memcacheMessages.getResponse.encode({ item: [item] }))).toEqual(bytes);
  });

  it('of a fetch: method 1, URL 2, header group 3 with 4 and 5, deadline 8 as a double', () => {
    const bytes = hex('08 02 12 03 612f62 1b 22 01 4b 2a 01 56 1c 41 000000000000f83f');
    expect(fetchRequest.decode(bytes)).toEqual({
      Method: 2,
      Url: 'a/b',
      header: [{ Key: 'K', Value: 'V' }],
      Deadline: 1.5,
    });
  });

  it('of a task result: group 1 with 2 and 3', () => {
    const message = { taskResult: [{ result: 10, chosen_task_name: 'n' }] };
    expect(Buffer.from(taskQueueMessages.bulkAddResponse.encode(message))).toEqual(hex('0b 10 0a 1a 01 6e 0c'));
  });

  it('5.5a skips what it does not know', () => {
    // Field 15 as a varint, a group 9 with a string in it, then set_status = 1.
    const bytes = hex('78 05 4b 0a 02 6869 4c 08 01');
    expect(memcacheMessages.setResponse.decode(bytes)).toEqual({ set_status: [1] });
  });

  it('is refused when it is cut off, and when a required field is missing', () => {
    expect(() => memcacheMessages.getResponse.decode(hex('0b 12 05 6b'))).toThrow();
    expect(() => fetchRequest.decode(hex('08 01'))).toThrow(/Url/);
  });

  it('keeps all bits of large numbers where they count', () => {
    const { incrementResponse } = memcacheMessages;
    const value = String(2n ** 64n - 1n);
    const bytes = incrementResponse.encode({ new_value: value, increment_status: 1 });
    expect(incrementResponse.decode(bytes)).toEqual({ new_value: value, increment_status: 1 });
  });

  it('goes round for any content', () => {
    const definitions = schema(`
      message Inner { repeated int64 numbers = 1; optional bytes data = 2; }
      message Outer { optional string text = 1; repeated Inner inner = 2; optional bool flag = 16; optional double real = 5; }
    `);
    const codec = definitions.message<object>('Outer');
    const inner = fc.record({
      numbers: fc.array(fc.maxSafeInteger()),
      data: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    });
    const outer = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      inner: fc.array(inner),
      flag: fc.boolean(),
      real: fc.double({ noNaN: true }),
    });
    fc.assert(
      fc.property(outer, (message) => {
        expect(codec.decode(codec.encode(message))).toEqual(message);
      }),
    );
  });

  it('does not take a field that the definition lacks', () => {
    const wrong = { set_status: [1], typo: 1 };
    expect(() => memcacheMessages.setResponse.encode(wrong)).toThrow('SetResponse has no field typo');
    const nested = { item: [{ key: Buffer.from(''), value: Buffer.from(''), flags: 0, casId: 1 }] };
    expect(() => memcacheMessages.getResponse.encode(nested)).toThrow('Item has no field casId');
  });
});
