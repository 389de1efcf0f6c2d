/**
 * What a model's WebAssembly runs in: one memory and the instances over it, made for the first run and kept for the next ones,
 * which find in it what a new one has. The compiled modules live as long as the structure. What a run does with it is wasmRun.ts's.
 */
import { uniform } from "../math/random.ts";
import { webAssembly } from "../wasm/api.ts";
import { pagesOf } from "../wasm/encoder.ts";
import { keyed } from "./once.ts";
import { controlNames } from "./wasmProgram.ts";
import type { BeatProgram, Control, Data, IntegratorProgram, WasmProgram } from "./wasmProgram.ts";
import { createWasmSparse, type WasmSparse } from "./wasmSparse.ts";

export type Exports = { readonly [name: string]: unknown };

/** What modules call back, of the run that has the machine. */
export interface Callbacks {
  solve(loop: number): void;
  failed(loop: number, residual: number, slope: number): void;
  delayed(delay: number, initial: number): number;
}

export interface Machine {
  /** All of its memory. */
  readonly all: Float64Array;
  /** Its first cells, the model's slots. */
  readonly slots: Float64Array;
  readonly exports: Exports;
  /** Set by whoever takes the machine. */
  callbacks: Callbacks | undefined;
  /** Undefined where steps are made from JavaScript. */
  integrator(solver: Solver): IntegratorInstance | undefined;
  /** That keeps these slots; undefined where there is none. */
  beats(straight: boolean, records: readonly number[]): BeatInstance | undefined;
}

type Solver = Parameters<WasmProgram["integrator"]>[0];

export interface IntegratorInstance {
  readonly program: IntegratorProgram;
  readonly exports: Exports;
  /** Where its method has sparse factors. */
  readonly sparse: WasmSparse | undefined;
  readonly cell: { readonly [name in Control]: number };
  /** States at the start of a step and at its end, and the first flow of it. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly first: Float64Array;
}

/** A module's instance that keeps certain records. */
export interface BeatInstance {
  readonly program: BeatProgram;
  readonly beats: (most: number) => void;
}

export interface Machines {
  /** For one run alone, until it is given back: zeroed where a run writes, its data in place. */
  take(): Machine;
  /** Of a run that is over. */
  giveBack(machine: Machine): void;
}

/** `slots`, `states`: how many the model has. */
export function createMachines(program: WasmProgram, slots: number, states: number): Machines {
  const idle: Machine[] = [];
  const compile = <P extends { readonly bytes: Uint8Array<ArrayBuffer> }>(made: P | undefined) =>
    made && { program: made, module: new (webAssembly()!.Module)(made.bytes) };
  const main = compile(program)!;
  const integrators = keyed((solver: Solver) => compile(program.integrator(solver)), String);
  const beats = keyed(
    (straight: boolean, records: readonly number[]) => compile(program.beat(straight, records)),
    (straight, records) => `${straight} ${records.join(" ")}`,
  );

  function make(): Machine {
    const memory = new (webAssembly()!.Memory)({ initial: pagesOf(program.memoryBytes) });
    const all = new Float64Array(memory.buffer);
    put(all, program.data);
    const js = {
      solve: (loop: number): void => machine.callbacks!.solve(loop),
      failed: (loop: number, residual: number, slope: number): void => machine.callbacks!.failed(loop, residual, slope),
      delayed: (delay: number, initial: number): number => machine.callbacks!.delayed(delay, initial),
    };
    const instance = (module: object, imports: readonly string[], more?: WasmSparse["imports"]): Exports =>
      new (webAssembly()!.Instance)(module, { main: { memory }, js: { ...js, ...math(imports), ...more } }).exports;
    const machine: Machine = {
      all,
      slots: all.subarray(0, slots),
      exports: instance(main.module, program.imports),
      callbacks: undefined,
      integrator: keyed((solver) => {
        const made = integrators(solver);
        if (!made) return undefined;
        const sparse = sparseOf(all, made.program);
        return openIntegrator(all, made.program, instance(made.module, made.program.imports, sparse?.imports), sparse);
      }, String),
      beats: keyed(
        (straight, records) => {
          const made = beats(straight, records);
          if (!made) return undefined;
          const exports = instance(made.module, made.program.imports);
          return { program: made.program, beats: exports["beats"] as BeatInstance["beats"] };
        },
        (straight, records) => `${straight} ${records.join(" ")}`,
      ),
    };
    return machine;
  }

  function sparseOf(all: Float64Array, { implicit }: IntegratorProgram): WasmSparse | undefined {
    return implicit?.sparse && createWasmSparse(all, implicit.sparse, states, implicit.rows, implicit.columns);
  }

  function openIntegrator(
    all: Float64Array,
    made: IntegratorProgram,
    exports: Exports,
    sparse: WasmSparse | undefined,
  ): IntegratorInstance {
    const places = program.integrators;
    const { control } = made.implicit ? places.implicit : places;
    const vector = (at: number): Float64Array => all.subarray(at, at + states);
    return {
      program: made,
      exports,
      sparse,
      cell: controlCells(control),
      x: vector(places.x),
      y: vector(places.y),
      first: vector(places.k(0)),
    };
  }

  return {
    take() {
      const found = idle.pop();
      if (!found) return make();
      found.all.fill(0, 0, program.zeroed);
      return found;
    },
    giveBack(machine) {
      machine.callbacks = undefined;
      idle.push(machine);
    },
  };
}

/** Numbers that code reads, to where it does. */
export function put(all: Float64Array, data: readonly Data[]): void {
  for (const { at, values } of data) all.set(values, at);
}

export const controlCells = (first: number): { readonly [name in Control]: number } =>
  Object.fromEntries(controlNames.map((name, i) => [name, first + i])) as { readonly [name in Control]: number };

/** The operations that modules import: JavaScript's own, so that all engines have the same bits. */
const math = (names: readonly string[]): { readonly [name: string]: unknown } =>
  Object.fromEntries(names.map((name) => [name, name === "uniform" ? uniform : Math[name as keyof Math]]));
