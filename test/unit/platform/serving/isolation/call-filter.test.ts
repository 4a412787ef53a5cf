/** The filter of system calls, run by a small machine as the kernel would. */
import { describe, expect, it } from 'vitest';
import { callFilter } from '../../../../../src/platform/serving/isolation/call-filter.ts';

const x64 = 0xc000003e;
const arm64 = 0xc00000b7;

const ALLOWED = 'allowed';

/** seccomp_data in, what becomes of the call out. */
function judge(program: Buffer, number: number, parameters: readonly number[] = [], architecture = x64): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(architecture, 4);
  for (const [index, value] of parameters.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const code = program.readUInt16LE(8 * at);
    const [ifTrue, ifFalse] = [program.readUInt8(8 * at + 2), program.readUInt8(8 * at + 3)];
    const operand = program.readUInt32LE(8 * at + 4);
    const jump = (isTrue: boolean) => {
      at += isTrue ? ifTrue : ifFalse;
    };
    if (code === 0x20) accumulator = data.readUInt32LE(operand);
    else if (code === 0x15) jump(accumulator === operand);
    else if (code === 0x35) jump(accumulator >= operand);
    else if (code === 0x45) jump((accumulator & operand) !== 0);
    else if (code === 0x54) accumulator &= operand;
    else if (code === 0x06) return operand === 0x7fff0000 ? ALLOWED : `error ${operand & 0xffff}`;
    else throw new Error(`no such instruction: ${code}`);
  }
}

const EPERM = 'error 1';
const ENOSYS = 'error 38';
const EAFNOSUPPORT = 'error 97';

const rows: readonly (readonly [what: string, number: number, parameters: readonly number[], outcome: string])[] = [
  ['read', 0, [], ALLOWED],
  ['execve', 59, [], ALLOWED],
  ['setresuid', 117, [], ALLOWED],
  ['futex', 202, [], ALLOWED],
  ['ptrace', 101, [], EPERM],
  ['mount', 165, [], EPERM],
  ['unshare', 272, [], EPERM],
  ['setns', 308, [], EPERM],
  ['bpf', 321, [], EPERM],
  ['io_uring_setup', 425, [], EPERM],
  ['keyctl', 250, [], EPERM],
  ['kexec_load', 246, [], EPERM],
  ['clone3', 435, [], ENOSYS],
  ['clone of a thread', 56, [0x003d0f00], ALLOWED],
  ['clone of a process', 56, [0x01200011], ALLOWED],
  ['clone into a namespace of users', 56, [0x10000011], EPERM],
  ['clone into a namespace of the network', 56, [0x40000011], EPERM],
  ['a TCP socket', 41, [2, 1], ALLOWED],
  ['a UDP socket of IPv6, closed on exec', 41, [10, 0x80002], ALLOWED],
  ['a Unix socket', 41, [1, 1], ALLOWED],
  ['a netlink socket', 41, [16, 0x80003], ALLOWED],
  ['a raw socket', 41, [2, 3], EPERM],
  ['a raw socket, non-blocking', 41, [10, 0x803], EPERM],
  ['a packet socket', 41, [17, 3], EAFNOSUPPORT],
  ['a vsock socket', 41, [40, 1], EAFNOSUPPORT],
  ['an alg socket', 41, [38, 5], EAFNOSUPPORT],
  ['an ioctl', 16, [1, 0x5401], ALLOWED],
  ['typing into a terminal', 16, [0, 0x5412], EPERM],
  ['typing, with rubbish in the upper half', 16, [0, 0x100005412], EPERM],
  ['a call of the x32 interface', 0x40000000, [], ENOSYS],
];

describe('the filter of system calls', () => {
  const filter = callFilter('x64') ?? Buffer.alloc(0);

  it.each(rows)('%s', (_, number, parameters, outcome) => {
    expect(judge(filter, number, parameters)).toBe(outcome);
  });

  it('refuses every call of another architecture', () => {
    expect(judge(filter, 0, [], 0x40000003)).toBe(ENOSYS);
  });

  it('has the numbers of arm64', () => {
    const other = callFilter('arm64') ?? Buffer.alloc(0);
    const outcome = (number: number, parameters: readonly number[] = []) => judge(other, number, parameters, arm64);
    expect([outcome(63), outcome(117), outcome(40), outcome(220, [0x11]), outcome(220, [0x20000000])]).toEqual([
      ALLOWED,
      EPERM,
      EPERM,
      ALLOWED,
      EPERM,
    ]);
    expect([outcome(198, [2, 1]), outcome(198, [17, 3]), outcome(29, [0, 0x5412])]).toEqual([
      ALLOWED,
      EAFNOSUPPORT,
      EPERM,
    ]);
  });

  it('is not made for other machines', () => {
    expect(callFilter('s390x')).toBeUndefined();
  });

  it('is one that the kernel takes: whole instructions, and not too many', () => {
    expect(filter.length % 8).toBe(0);
    expect(filter.length / 8).toBeLessThan(4096);
  });
});
