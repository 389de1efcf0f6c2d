/**
 * The shape of a file, for zod: what each field may be. Objects are loose, so that fields of a newer version or of another
 * program survive a load and a save. Reading and wording errors are schema.ts's.
 */
import * as z from "zod/mini";

// No code generation: the content security policy forbids it.
z.config({ jitless: true });

/** Characters. Attached files have their own measure. */
export const limits = {
  file: 32 * 1024 * 1024,
  text: 65_536,
  data: 20 * 1024 * 1024,
  name: 200,
  depth: 64,
  keys: 2_000_000,
} as const;

// oxlint-disable-next-line no-control-regex -- what names must not contain
const printable = /^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$/;

const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
const text = z.string().check(z.maxLength(limits.text));
const name = z.string().check(z.minLength(1), z.maxLength(limits.name), z.regex(printable));
const point = z.looseObject({ x: z.number(), y: z.number() });
const portRef = z.looseObject({ block: id, port: name });

const wire = z.looseObject({
  id,
  from: portRef,
  to: portRef,
  gain: z.optional(text),
  label: z.optional(text),
  bends: z.optional(z.array(point)),
});

const note = z.looseObject({ id, at: point, text, width: z.optional(z.number().check(z.positive())) });

const variable = z.looseObject({
  name: z.string().check(z.maxLength(limits.name)),
  value: text,
  unit: z.optional(text),
  note: z.optional(text),
});

const block = z.looseObject({
  id,
  name,
  type: name,
  version: z.int().check(z.minimum(1)),
  params: z.record(name, text),
  at: point,
  turn: z.optional(z.literal([0, 90, 180, 270])),
  note: z.optional(text),
  design: z.optional(
    z.looseObject({
      method: z.enum(["lqr", "poles", "crossover", "tune", "lqg", "observer", "kalman", "discretize"]),
      fields: z.record(name, text),
    }),
  ),
  mask: z.optional(z.array(variable)),
  get sheet() {
    return z.optional(sheetShape);
  },
});

export const sheetShape = z.looseObject({
  get blocks(): z.ZodMiniArray<typeof block> {
    return z.array(block);
  },
  wires: z.array(wire),
  notes: z.array(note),
});

const by = z.enum(["hold", "linear"]);

const dataSet = z.looseObject({
  id,
  name,
  file: z.looseObject({ name, bytes: z.int().check(z.minimum(0)), print: z.string().check(z.regex(/^[0-9a-f]{8}$/)) }),
  format: z.looseObject({
    encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "windows-1252"]),
    separator: z.enum([",", ";", "tab", "spaces", "none"]),
    decimal: z.enum([".", ","]),
    skip: z.int().check(z.minimum(0)),
    header: z.boolean(),
    odd: z.enum(["refuse", "missing"]),
  }),
  channels: z.array(
    z.looseObject({
      column: z.int().check(z.minimum(0)),
      name,
      unit: z.optional(text),
      role: z.enum(["time", "input", "output", "none"]),
    }),
  ),
  every: z.number().check(z.positive()),
  steps: z.array(
    z.discriminatedUnion("kind", [
      z.looseObject({ kind: z.literal("range"), from: z.optional(z.number()), to: z.optional(z.number()) }),
      z.looseObject({ kind: z.literal("fill"), by }),
      z.looseObject({ kind: z.literal("detrend"), of: z.enum(["mean", "linear"]) }),
      z.looseObject({ kind: z.literal("resample"), every: z.number().check(z.positive()), by }),
      z.looseObject({ kind: z.literal("decimate"), by: z.int().check(z.minimum(1)) }),
    ]),
  ),
  split: z.number().check(z.minimum(0), z.maximum(1)),
});

export const documentShape = z.looseObject({
  format: z.literal("lazo"),
  version: z.literal(1),
  name: z.string().check(z.maxLength(limits.name), z.regex(printable)),
  description: z.optional(text),
  variables: z.array(variable),
  root: sheetShape,
  run: z.looseObject({
    stop: text,
    step: text,
    solver: z.enum(["auto", "exact", "bs32", "dopri5", "dop853", "rodas4", "bdf", "euler", "heun", "rk4", "rk8"]),
    rtol: z.optional(text),
    atol: z.optional(text),
    maxStep: z.optional(text),
  }),
  data: z.optional(z.record(name, z.string().check(z.maxLength(limits.data)))),
  sets: z.optional(z.array(dataSet)),
});

/** What the clipboard holds. */
export const fragmentShape = z.looseObject({
  format: z.literal("lazo-fragment"),
  version: z.literal(1),
  blocks: z.array(block),
  wires: z.array(wire),
  notes: z.array(note),
  variables: z.array(variable),
});
