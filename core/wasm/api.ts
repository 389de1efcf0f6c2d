export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What we use of the WebAssembly API: core knows neither browser nor Node. */
export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  /** `initial`: pages of 64 KiB. */
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly [from: string]: { readonly [name: string]: unknown } },
  ) => { readonly exports: { readonly [name: string]: unknown } };
}

export const webAssembly = (): WebAssemblyApi | undefined =>
  (globalThis as unknown as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;

let tried: { readonly api: WebAssemblyApi; readonly works: boolean } | undefined;

/** Whether there is anything to run modules with, and leave to use it (a page's content policy may forbid it): asked before every run, tried once. */
export function canRunWasm(): boolean {
  const api = webAssembly();
  if (!api) return false;
  if (tried?.api !== api) tried = { api, works: works(api) };
  return tried.works;
}

function works(api: WebAssemblyApi): boolean {
  try {
    // The smallest module: its magic number and version.
    return typeof new api.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) === "object";
  } catch {
    return false;
  }
}

/** What a module without imports exports; undefined where it can't be run, or uses instructions that are not known here. */
export function exportsOf(bytes: Uint8Array<ArrayBuffer>): { readonly [name: string]: unknown } | undefined {
  const api = webAssembly();
  if (!api) return undefined;
  try {
    return new api.Instance(new api.Module(bytes), {}).exports;
  } catch {
    return undefined;
  }
}
