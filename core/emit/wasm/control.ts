/**
 * What an integrator in a module and the JavaScript that calls it tell each other: cells of the memory, one a quantity. The same
 * list serves both sides (sim/wasmIntegrator.ts reads it from the program).
 */
import type { Body, F64, Local } from "../../wasm/encoder.ts";
import { i32, load, store } from "../../wasm/instructions.ts";

import { controlNames, type Control } from "../../sim/wasmProgram.ts";

export interface ControlCells {
  readonly at: (name: Control) => number;
  /** A local that starts with the cell's value; `keep` writes them all back. */
  local(name: Control): Local<"f64">;
  keep(): void;
  read(name: Control): F64;
  write(name: Control, value: F64): void;
}

/** `first`: the bytes where the cells begin. */
export function openControl(body: Body, first: number): ControlCells {
  const locals: { readonly at: number; readonly local: Local<"f64"> }[] = [];
  const at = (name: Control): number => first + 8 * controlNames.indexOf(name);
  return {
    at,
    local(name) {
      const local = body.local("f64");
      body.set(local, load(i32(0), at(name)));
      locals.push({ at: at(name), local });
      return local;
    },
    keep() {
      for (const { at: place, local } of locals) body.run(store(i32(0), place, local));
    },
    read: (name) => load(i32(0), at(name)),
    write: (name, value) => body.run(store(i32(0), at(name), value)),
  };
}
