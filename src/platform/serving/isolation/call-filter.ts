/**
 * A seccomp filter as bytes: the classic BPF program that the kernel runs on every system call of a sandbox.
 *
 * It refuses what applications have no use for and attackers have; everything else is allowed, so that a program of
 * any language runs. Pure.
 */
import { type CallTable, callTable } from './system-calls.ts';

/** One instruction: code, jump if true, jump if false, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

// BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_JMP|BPF_JSET|BPF_K, BPF_ALU|BPF_AND|BPF_K, BPF_RET|BPF_K
const LOAD = 0x20;
const IS = 0x15;
const IS_AT_LEAST = 0x35;
const HAS_ANY = 0x45;
const AND = 0x54;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const error = (number: number) => 0x00050000 | number;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// struct seccomp_data: number, architecture, instruction pointer (8 bytes), six arguments of 8 bytes, low half first.
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => 16 + 8 * index;

/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; the time namespace has no bit of its own here. */
const NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_TYPE_MASK = 0xf;
const SOCK_RAW = 3;
/** Types characters into a terminal as if a person did. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** Undefined for machines that it can't be made for. @param architecture as `process.arch` says it */
export function callFilter(architecture: string): Buffer | undefined {
  const table = callTable(architecture);
  return table && encode(program(table));
}

function program(table: CallTable): readonly Instruction[] {
  return [
    [LOAD, 0, 0, ARCHITECTURE],
    ...unless(IS, table.architecture, ENOSYS),
    [LOAD, 0, 0, NUMBER],
    ...(table.firstForeign === undefined ? [] : when(IS_AT_LEAST, table.firstForeign, ENOSYS)),
    ...table.refused.flatMap((call) => when(IS, call, EPERM)),
    // Its flags are in memory, where a filter can't look; libraries fall back to clone.
    ...when(IS, table.clone3, ENOSYS),
    ...ofCall(table.clone, [[LOAD, 0, 0, argument(0)], ...when(HAS_ANY, NEW_NAMESPACES, EPERM)]),
    ...ofCall(table.ioctl, [[LOAD, 0, 0, argument(1)], ...when(IS, TIOCSTI, EPERM), ...when(IS, TIOCLINUX, EPERM)]),
    ...ofCall(table.socket, sockets()),
    [RETURN, 0, 0, ALLOW],
  ];
}

/** TCP, UDP, Unix sockets, and netlink, which getaddrinfo asks for addresses; nothing raw but netlink. */
function sockets(): readonly Instruction[] {
  return [
    [LOAD, 0, 0, argument(0)],
    ...allowWhen(AF_UNIX),
    ...allowWhen(AF_NETLINK),
    [IS, 2, 0, AF_INET],
    [IS, 1, 0, AF_INET6],
    [RETURN, 0, 0, error(EAFNOSUPPORT)],
    [LOAD, 0, 0, argument(1)],
    [AND, 0, 0, SOCK_TYPE_MASK],
    ...when(IS, SOCK_RAW, EPERM),
  ];
}

/** The block must not be left by a jump; the accumulator is of no use after it. */
function ofCall(call: number, block: readonly Instruction[]): readonly Instruction[] {
  return [[IS, 0, block.length + 1, call], ...block, [RETURN, 0, 0, ALLOW]];
}

function allowWhen(value: number): readonly Instruction[] {
  return [
    [IS, 0, 1, value],
    [RETURN, 0, 0, ALLOW],
  ];
}

function when(test: number, value: number, refusal: number): readonly Instruction[] {
  return [
    [test, 0, 1, value],
    [RETURN, 0, 0, error(refusal)],
  ];
}

function unless(test: number, value: number, refusal: number): readonly Instruction[] {
  return [
    [test, 1, 0, value],
    [RETURN, 0, 0, error(refusal)],
  ];
}

function encode(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * instructions.length);
  for (const [index, [code, ifTrue, ifFalse, operand]] of instructions.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(operand, 8 * index + 4);
  }
  return bytes;
}
