/**
 * A small encoder of WebAssembly modules: types, imports, functions with locals, one memory, exports. What goes into a
 * function is written with instructions.ts.
 * W3C, "WebAssembly Core Specification" 2.0, chapter 5 (binary format).
 */
import { createBytes, type Bytes } from "./bytes.ts";

export type ValueType = "i32" | "f64" | "v128";

/** Instructions that leave one value of type T on the stack. */
export interface Code<T extends ValueType> {
  (to: Bytes): void;
  readonly type?: T;
}
export type I32 = Code<"i32">;
export type F64 = Code<"f64">;
export type V128 = Code<"v128">;
export type Value = I32 | F64 | V128;

/** Reading it is the code itself. */
export type Local<T extends ValueType> = Code<T> & { readonly index: number };

export interface Func {
  readonly index: number;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Where a branch goes: out of a block, or back to the start of a loop. */
export interface Label {
  readonly depth: number;
}

/** The body of a function, statement by statement. */
export interface Body {
  param<T extends ValueType>(index: number, type: T): Local<T>;
  local<T extends ValueType>(type: T): Local<T>;
  set<T extends ValueType>(local: Local<T>, value: Code<T>): void;
  /** Sets the local and gives its value. */
  tee<T extends ValueType>(local: Local<T>, value: Code<T>): Code<T>;
  /** Code that leaves nothing. */
  run(code: (to: Bytes) => void): void;
  block(inner: (out: Label) => void): void;
  loop(inner: (again: Label) => void): void;
  when(condition: I32, then: () => void, otherwise?: () => void): void;
  branch(to: Label, condition?: I32): void;
  /** Leaves the function with the values given. */
  leave(...values: readonly Value[]): void;
  /** Instructions so far, in bytes. */
  readonly size: number;
}

export interface Module {
  /** All imports come before the first function. */
  importFunction(from: string, name: string, params: readonly ValueType[], results: readonly ValueType[]): Func;
  /** The memory of another module instead of one of its own. */
  importMemory(from: string, name: string): void;
  /** A function whose body may be written later, so that functions can call each other. */
  declare(params: readonly ValueType[], results: readonly ValueType[]): Func;
  define(func: Func, write: (body: Body) => void): void;
  /** Declares and defines. */
  add(params: readonly ValueType[], results: readonly ValueType[], write: (body: Body) => void): Func;
  exportFunction(name: string, func: Func): void;
  /** `memoryBytes`: the size of the memory; its own is exported as "memory". */
  finish(memoryBytes: number): Uint8Array<ArrayBuffer>;
}

/** Of 64 KiB. */
export const pagesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65536));

const typeCode: { readonly [T in ValueType]: number } = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

export function createModule(): Module {
  const types = new Map<string, number>();
  const typeBytes = createBytes();
  const imports: ((to: Bytes) => void)[] = [];
  let memory: { readonly from: string; readonly name: string } | undefined;
  const functions: { readonly func: Func; code?: Uint8Array }[] = [];
  const exports: { readonly name: string; readonly func: Func }[] = [];

  function typeOf(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}:${results.join()}`;
    let type = types.get(key);
    if (type === undefined) {
      types.set(key, (type = types.size));
      typeBytes.byte(0x60);
      for (const list of [params, results]) {
        typeBytes.unsigned(list.length);
        for (const t of list) typeBytes.byte(typeCode[t]);
      }
    }
    return type;
  }

  const module: Module = {
    importFunction(from, name, params, results) {
      if (functions.length > 0) throw new Error("imports come before functions");
      const type = typeOf(params, results);
      imports.push((to) => {
        to.name(from);
        to.name(name);
        to.byte(0);
        to.unsigned(type);
      });
      return { index: imports.length - 1, params, results };
    },
    importMemory(from, name) {
      memory = { from, name };
    },
    declare(params, results) {
      const func = { index: imports.length + functions.length, params, results };
      functions.push({ func });
      return func;
    },
    define(func, write) {
      functions[func.index - imports.length]!.code = writeBody(func.params.length, write);
    },
    add(params, results, write) {
      const func = module.declare(params, results);
      module.define(func, write);
      return func;
    },
    exportFunction: (name, func) => exports.push({ name, func }),
    finish(memoryBytes) {
      const out = createBytes(1024);
      for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b);
      const section = (id: number, count: number, write: (to: Bytes) => void): void => {
        if (count === 0) return;
        const content = createBytes(1024);
        content.unsigned(count);
        write(content);
        out.byte(id);
        out.sized(content.finish());
      };
      const functionTypes = functions.map(({ func }) => typeOf(func.params, func.results));
      section(1, types.size, (to) => to.append(typeBytes.finish()));
      const pages = pagesOf(memoryBytes);
      section(2, imports.length + (memory ? 1 : 0), (to) => {
        imports.forEach((write) => write(to));
        if (!memory) return;
        to.name(memory.from);
        to.name(memory.name);
        to.byte(2);
        to.byte(0);
        to.unsigned(pages);
      });
      section(3, functions.length, (to) => functionTypes.forEach((type) => to.unsigned(type)));
      section(5, memory ? 0 : 1, (to) => {
        to.byte(0);
        to.unsigned(pages);
      });
      section(7, exports.length + (memory ? 0 : 1), (to) => {
        if (!memory) {
          to.name("memory");
          to.byte(2);
          to.unsigned(0);
        }
        for (const { name, func } of exports) {
          to.name(name);
          to.byte(0);
          to.unsigned(func.index);
        }
      });
      section(10, functions.length, (to) => {
        for (const { code } of functions) {
          if (!code) throw new Error("a declared function has no body");
          to.sized(code);
        }
      });
      return out.finish();
    },
  };
  return module;
}

function writeBody(params: number, write: (body: Body) => void): Uint8Array {
  const code = createBytes(256);
  const locals: ValueType[] = [];
  let depth = 0;

  function nested(opcode: number, inner: (label: Label) => void): void {
    code.byte(opcode);
    code.byte(0x40);
    depth++;
    inner({ depth });
    depth--;
    code.byte(0x0b);
  }

  write({
    param: (index, _type) => localAt(index),
    local(type) {
      locals.push(type);
      return localAt(params + locals.length - 1);
    },
    set(local, value) {
      value(code);
      code.byte(0x21);
      code.unsigned(local.index);
    },
    tee: (local, value) => (to) => {
      value(to);
      to.byte(0x22);
      to.unsigned(local.index);
    },
    run: (statement) => statement(code),
    block: (inner) => nested(0x02, inner),
    loop: (inner) => nested(0x03, inner),
    when(condition, then, otherwise) {
      condition(code);
      nested(0x04, () => {
        then();
        if (!otherwise) return;
        code.byte(0x05);
        otherwise();
      });
    },
    branch(to, condition) {
      condition?.(code);
      code.byte(condition ? 0x0d : 0x0c);
      code.unsigned(depth - to.depth);
    },
    leave(...values) {
      for (const value of values) value(code);
      code.byte(0x0f);
    },
    get size() {
      return code.length;
    },
  });

  const out = createBytes(code.length + 16);
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs[runs.length - 1];
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.unsigned(runs.length);
  for (const { type, count } of runs) {
    out.unsigned(count);
    out.byte(typeCode[type]);
  }
  out.append(code.finish());
  out.byte(0x0b);
  return out.finish();
}

function localAt<T extends ValueType>(index: number): Local<T> {
  const read: Code<T> = (to) => {
    to.byte(0x20);
    to.unsigned(index);
  };
  return Object.assign(read, { index });
}
