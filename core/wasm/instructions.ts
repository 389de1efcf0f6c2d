/** The WebAssembly instructions that we use, by name and with their types, as functions from code to code. */
import type { Bytes } from "./bytes.ts";
import type { Code, F64, Func, I32, V128, Value, ValueType } from "./encoder.ts";

function unary<A extends ValueType, R extends ValueType>(opcode: number): (a: Code<A>) => Code<R> {
  return (a) => (to) => {
    a(to);
    to.byte(opcode);
  };
}

function binary<A extends ValueType, R extends ValueType>(opcode: number): (a: Code<A>, b: Code<A>) => Code<R> {
  return (a, b) => (to) => {
    a(to);
    b(to);
    to.byte(opcode);
  };
}

export const f64 =
  (value: number): F64 =>
  (to) => {
    to.byte(0x44);
    to.double(value);
  };
export const add = binary<"f64", "f64">(0xa0);
export const sub = binary<"f64", "f64">(0xa1);
export const mul = binary<"f64", "f64">(0xa2);
export const div = binary<"f64", "f64">(0xa3);
export const min = binary<"f64", "f64">(0xa4);
export const max = binary<"f64", "f64">(0xa5);
export const abs = unary<"f64", "f64">(0x99);
export const neg = unary<"f64", "f64">(0x9a);
export const floor = unary<"f64", "f64">(0x9c);
export const trunc = unary<"f64", "f64">(0x9d);
export const sqrt = unary<"f64", "f64">(0x9f);
export const eq = binary<"f64", "i32">(0x61);
export const ne = binary<"f64", "i32">(0x62);
export const lt = binary<"f64", "i32">(0x63);
export const gt = binary<"f64", "i32">(0x64);
export const le = binary<"f64", "i32">(0x65);
export const ge = binary<"f64", "i32">(0x66);
/** 0 or 1 as a double. */
export const fromI32 = unary<"i32", "f64">(0xb7);

export const i32 =
  (value: number): I32 =>
  (to) => {
    to.byte(0x41);
    to.signed(value);
  };
export const not = unary<"i32", "i32">(0x45);
export const eqI = binary<"i32", "i32">(0x46);
export const ltI = binary<"i32", "i32">(0x48);
export const leI = binary<"i32", "i32">(0x4c);
export const geI = binary<"i32", "i32">(0x4e);
export const gtI = binary<"i32", "i32">(0x4a);
export const addI = binary<"i32", "i32">(0x6a);
export const subI = binary<"i32", "i32">(0x6b);
export const mulI = binary<"i32", "i32">(0x6c);
export const and = binary<"i32", "i32">(0x71);
export const or = binary<"i32", "i32">(0x72);
export const shiftLeft = binary<"i32", "i32">(0x74);
export const shiftRight = binary<"i32", "i32">(0x76);
/** A double known to be a whole number that fits; saturating, so that it never traps. */
export const toI32 =
  (a: F64): I32 =>
  (to) => {
    a(to);
    to.byte(0xfc);
    to.unsigned(2);
  };

/** Integers of 64 bits live between instructions only: what they are for is the parts of a double. */
const bits = (to: Bytes): void => to.byte(0xbd);
const double = (to: Bytes): void => to.byte(0xbf);
const withI64 = (to: Bytes, value: number, opcode: number): void => {
  to.byte(0x42);
  to.signed(value);
  to.byte(opcode);
};
const shiftLeft64 = (to: Bytes, count: number): void => withI64(to, count, 0x86);
const shiftRight64 = (to: Bytes, count: number): void => withI64(to, count, 0x88);

/** The biased exponent of a double, its sign left out: 0 to 2047. */
export const exponent =
  (a: F64): F64 =>
  (to) => {
    a(to);
    bits(to);
    shiftLeft64(to, 1);
    shiftRight64(to, 53);
    to.byte(0xb9);
  };
/** A double with the exponent of 1 and no sign: from 1 to below 2. */
export const mantissa =
  (a: F64): F64 =>
  (to) => {
    a(to);
    bits(to);
    shiftLeft64(to, 12);
    shiftRight64(to, 12);
    to.byte(0x42);
    to.signed(1023);
    shiftLeft64(to, 52);
    to.byte(0x84);
    double(to);
  };
/** 2^k, -1022 to 1023, for the whole number k that the last bits of a double are. */
export const powerOfLastBits =
  (a: F64): F64 =>
  (to) => {
    a(to);
    bits(to);
    withI64(to, 1023, 0x7c);
    shiftLeft64(to, 52);
    double(to);
  };

/** `then` where the condition is not 0; both are computed. */
export const select =
  <T extends "i32" | "f64">(condition: I32, then: Code<T>, otherwise: Code<T>): Code<T> =>
  (to) => {
    then(to);
    otherwise(to);
    condition(to);
    to.byte(0x1b);
  };

/** Addresses are whole bytes; `offset` is added to the address at no cost. */
export const load =
  (address: I32, offset = 0): F64 =>
  (to) => {
    address(to);
    to.byte(0x2b);
    to.unsigned(3);
    to.unsigned(offset);
  };
export const store =
  (address: I32, offset: number, value: F64) =>
  (to: Bytes): void => {
    address(to);
    value(to);
    to.byte(0x39);
    to.unsigned(3);
    to.unsigned(offset);
  };

export const loadI =
  (address: I32, offset = 0): I32 =>
  (to) => {
    address(to);
    to.byte(0x28);
    to.unsigned(2);
    to.unsigned(offset);
  };

const vector = (opcode: number) => (to: Bytes) => {
  to.byte(0xfd);
  to.unsigned(opcode);
};
const binaryV =
  (opcode: number) =>
  (a: V128, b: V128): V128 =>
  (to) => {
    a(to);
    b(to);
    vector(opcode)(to);
  };
export const addV = binaryV(0xf0);
export const subV = binaryV(0xf1);
export const mulV = binaryV(0xf2);
export const absV =
  (a: V128): V128 =>
  (to) => {
    a(to);
    vector(0xec)(to);
  };
/** One of the two doubles. */
export const extractLane =
  (a: V128, lane: 0 | 1): F64 =>
  (to) => {
    a(to);
    vector(0x21)(to);
    to.byte(lane);
  };
export const splat =
  (a: F64): V128 =>
  (to) => {
    a(to);
    vector(0x14)(to);
  };
export const loadV =
  (address: I32, offset = 0): V128 =>
  (to) => {
    address(to);
    vector(0x00)(to);
    to.unsigned(3);
    to.unsigned(offset);
  };
/** Both lanes from one double in memory. */
export const loadSplat =
  (address: I32, offset = 0): V128 =>
  (to) => {
    address(to);
    vector(0x0a)(to);
    to.unsigned(3);
    to.unsigned(offset);
  };
export const storeV =
  (address: I32, offset: number, value: V128) =>
  (to: Bytes): void => {
    address(to);
    value(to);
    vector(0x0b)(to);
    to.unsigned(3);
    to.unsigned(offset);
  };

/** A call that leaves its one result. */
export const call =
  <T extends ValueType>(func: Func, ...args: readonly Value[]): Code<T> =>
  (to) => {
    for (const arg of args) arg(to);
    to.byte(0x10);
    to.unsigned(func.index);
  };
/** memory.copy: `count` bytes, the areas may overlap. */
export const copyBytes =
  (target: I32, source: I32, count: I32) =>
  (to: Bytes): void => {
    target(to);
    source(to);
    count(to);
    to.byte(0xfc);
    to.unsigned(10);
    to.byte(0);
    to.byte(0);
  };
