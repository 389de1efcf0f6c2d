/** The command line as scripts see it: a child process, its exit code, what it prints where. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { version } from "../../cli/version.ts";
import { hostileNames } from "../core/emit/hostileNames.ts";
import { bundle, file, folder, island, lazo, problem } from "./command.ts";

const island2 = "examples/island-classic.lazo";

describe("matrices", () => {
  const wanted = {
    A: [
      [0.5, -4],
      [0.1, -0.05],
    ],
    B: [[0.3], [0]],
    C: [
      [0.2, 0],
      [0.05, 0],
      [0, 0.25],
      [0, 0.1],
    ],
    D: [[-0.02], [0.06], [0], [0]],
    time: { kind: "continuous" },
    states: ["fish", "pelicans"],
    inputs: ["food"],
    outputs: ["camera 1", "camera 2", "drone 1", "drone 2"],
  };

  it("prints the island's exactly, drawn either way", () => {
    const { code, out, err } = lazo("matrices", island, "--format", "json");
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toEqual(wanted);
    const { A, B, C, D, time } = JSON.parse(lazo("matrices", island2, "--format", "json").out);
    expect({ A, B, C, D, time }).toEqual({ A: wanted.A, B: wanted.B, C: wanted.C, D: wanted.D, time: wanted.time });
  });

  it("prints a table for people, and the other notations", () => {
    expect(lazo("matrices", island).out).toContain("pelicans   0.1     -0.05\n");
    expect(lazo("matrices", island, "--format", "latex").out).toContain("\\begin{bmatrix}");
    expect(lazo("matrices", island, "--format", "matlab").out).toContain("A = [0.5 -4; 0.1 -0.05];");
    expect(lazo("matrices", island, "--format", "python").out).toContain("import numpy as np");
  });

  it("linearizes a pendulum where it is told to: at the start, at a time, at a point", () => {
    const at = (...args: string[]) => {
      const { code, out, err } = lazo("matrices", "examples/pendulum.lazo", "--format", "json", ...args);
      expect(code, err).toBe(0);
      const { A, states } = JSON.parse(out);
      const [angle, rate] = [states.indexOf("angle"), states.indexOf("rate")];
      return { stiffness: A[rate][angle] as number, err, states: states as string[] };
    };
    const stiffness = (angle: number): number => -9.81 * Math.cos(angle);
    expect(at().stiffness).toBeCloseTo(stiffness((150 * Math.PI) / 180), 12);
    expect(at().err).toMatch(/^linearized at t = 0 s, x = \[/);
    const { states } = at();
    const x = states.map((name) => (name === "angle" ? 0.25 : 0));
    expect(at("--at", file("point.json", JSON.stringify({ x, u: [0], t: 3 }))).stiffness).toBe(stiffness(0.25));
    const run = lazo("run", "examples/pendulum.lazo", "--stop", "1").out.trim().split("\n");
    const column = run[0]!.split(",").indexOf("Protractor");
    const last = Number(run.at(-1)!.split(",")[column]);
    expect(at("--at", "1").stiffness).toBeCloseTo(stiffness(last), 9);
  });

  it("refuses points that do not fit", () => {
    const at = (text: string) => lazo("matrices", "examples/pendulum.lazo", "--at", file("bad.json", text));
    expect(at("[").err).toMatch(/^error POINT_JSON /);
    expect(at("[1]").err).toMatch(/^error POINT_JSON /);
    expect(at('{"x": [1]}').err).toMatch(/^error POINT_SIZE .*In this order: /);
    expect(at('{"x": [1, null]}').err).toMatch(/^error POINT_SIZE /);
    expect(at('{"y": [1]}').err).toMatch(/^error POINT_FIELD /);
    expect(at('{"__proto__": [1]}').err).toMatch(/^error POINT_FIELD /);
    expect(at('{"u": [1]}').code).toBe(0);
    expect(lazo("matrices", "examples/pendulum.lazo", "--at", "nowhere.json").err).toMatch(
      /^error FILE_NOT_FOUND nowhere.json: /,
    );
    expect(lazo("matrices", "examples/pendulum.lazo", "--at=-1")).toMatchObject({ code: 2 });
  });
});

describe("check", () => {
  it("is silent about every example but for states that are there to compare with, or to predict", () => {
    const examples = readdirSync("examples").filter((name) => name.endsWith(".lazo"));
    expect(examples.length).toBeGreaterThan(8);
    const needless: { readonly [name: string]: RegExp } = {
      "delay-loop.lazo":
        /^warning MODE_UNREACHED Heater 2: No input moves the mode -0\.3333 of .*: 10 of the 11 states .*\n$/,
      "suspension.lazo": /^warning MODE_UNSEEN Car without: No output shows 2 modes .*: 4 of the 8 states .*\n$/,
    };
    for (const name of examples) {
      const said = lazo("check", join("examples", name));
      expect(said, name).toMatchObject({ code: 0, err: "" });
      expect(said.out, name).toMatch(needless[name] ?? /^$/);
    }
  });

  it("says with the matrices that there are states that no output needs", () => {
    const { code, err } = lazo("matrices", "examples/suspension.lazo");
    expect(code).toBe(0);
    expect(err).toContain("MODE_UNSEEN Car without: No output shows 2 modes");
  });

  it("prints one problem a line, all at once, and ends with 1", () => {
    const document = JSON.parse(readFileSync("examples/mass-spring-damper.lazo", "utf8"));
    document.root.wires = [];
    document.variables = [];
    const { code, out } = lazo("check", file("broken.lazo", JSON.stringify(document)));
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(problem);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it("keeps hostile names on their line and out of the terminal", () => {
    const document = JSON.parse(readFileSync("examples/mass-spring-damper.lazo", "utf8"));
    for (const name of [...hostileNames, "\u001b[31mred", "\u009b2J"]) {
      document.root.blocks[0].name = name;
      document.root.blocks[1].name = name;
      const { code, out, err } = lazo("check", file("hostile.lazo", JSON.stringify(document)));
      expect(code).toBe(1);
      expect(err).toBe("");
      // oxlint-disable-next-line no-control-regex
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
      for (const line of out.trimEnd().split("\n")) expect(line).toMatch(problem);
    }
  });
});

describe("files that are no documents", () => {
  it("are refused with a code, never a stack", () => {
    const large = join(folder, "large.lazo");
    writeFileSync(large, Buffer.alloc(32 * 2 ** 20 + 1, 32));
    symlinkSync("/dev/zero", join(folder, "endless.lazo"));
    const cases: readonly (readonly [path: string, code: RegExp])[] = [
      [join(folder, "none.lazo"), /FILE_NOT_FOUND/],
      [join(island, "x.lazo"), /FILE_NOT_FOUND/],
      [folder, /FILE_IS_FOLDER/],
      [large, /FILE_TOO_LARGE/],
      [join(folder, "endless.lazo"), /FILE_NOT_REGULAR/],
      [file("binary.lazo", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff)), /FILE_NOT_TEXT/],
      [file("nul.lazo", "{}\0"), /FILE_NOT_TEXT/],
      [file("empty.lazo", ""), /FILE_JSON/],
      [file("text.lazo", "hello"), /FILE_JSON/],
      [file("other.lazo", "{}"), /FILE_FORMAT/],
      [file("newer.lazo", '{"format":"lazo","version":99}'), /FILE_NEWER/],
    ];
    for (const [path, code] of cases) {
      for (const command of [["matrices"], ["run"], ["export", "--to", "ts"]]) {
        const { code: exit, out, err } = lazo(command[0]!, path, ...command.slice(1));
        expect([exit, out], path).toEqual([1, ""]);
        expect(err.trimEnd().split("\n"), path).toHaveLength(1);
        expect(err, path).toMatch(problem);
        expect(err, path).toMatch(code);
        if (command[0] !== "matrices") break;
      }
      expect(lazo("check", path).out, path).toMatch(code);
    }
  }, 120_000);

  it("says so where the result can't be written, and leaves nothing behind", () => {
    expect(lazo("run", island, "--out", join(folder, "no", "x.csv")).err).toMatch(/^error FILE_NOT_FOUND .*folder/);
    mkdirSync(join(folder, "taken.csv"), { recursive: true });
    expect(lazo("run", island, "--out", join(folder, "taken.csv")).err).toMatch(/^error FILE_IS_FOLDER /);
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
  });

  it("writes through what is no regular file instead of replacing it", () => {
    symlinkSync("/dev/null", join(folder, "sink.csv"));
    expect(lazo("run", island, "--out", join(folder, "sink.csv"))).toEqual({ code: 0, out: "", err: "" });
    writeFileSync(join(folder, "real.csv"), "old");
    symlinkSync(join(folder, "real.csv"), join(folder, "link.csv"));
    expect(lazo("run", island, "--out", join(folder, "link.csv")).code).toBe(0);
    expect(readFileSync(join(folder, "real.csv"), "utf8")).toMatch(/^t,Sensors/);
  });
});

describe("export", () => {
  it("gives the compiled model as JSON, with where every entry came from", () => {
    const { code, out, err } = lazo("export", island, "--to", "json");
    expect([code, err]).toEqual([0, ""]);
    const model = JSON.parse(out);
    expect(model).toMatchObject({
      format: "lazo-model",
      version: 1,
      name: "Island",
      time: { kind: "continuous" },
      matrices: {
        exact: true,
        A: [
          [0.5, -4],
          [0.1, -0.05],
        ],
      },
    });
    expect(model.states).toMatchObject([
      { label: "fish", initial: 20 },
      { label: "pelicans", initial: 5 },
    ]);
    const b = model.matrices.provenance.find(
      (o: { matrix: string; row: number; col: number }) => o.matrix === "B" && o.row === 0 && o.col === 0,
    );
    expect(b.blocks).toEqual(expect.arrayContaining(["Feed", "Population"]));
    expect(b.wires.length).toBeGreaterThan(0);
  });

  it("gives TypeScript on stdout or in a file", () => {
    const to = join(folder, "island.ts");
    expect(lazo("export", island, "--to", "ts", "--out", to)).toEqual({ code: 0, out: "", err: "" });
    expect(lazo("export", island, "--to", "ts").out).toBe(readFileSync(to, "utf8"));
    expect(readFileSync(to, "utf8")).toContain("export function createModel()");
  });
});

describe("the command itself", () => {
  it("shows its version, that of the package", () => {
    expect(version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
    expect(lazo("--version").out).toMatch(new RegExp(`^lazo/${version.replaceAll(".", "\\.")} `));
  });

  it("shows help for all and for each command", () => {
    const { code, out } = lazo("--help");
    expect(code).toBe(0);
    for (const command of ["check", "matrices", "run", "export"]) {
      expect(out).toContain(command);
      expect(lazo(command, "--help")).toMatchObject({ code: 0, err: "" });
    }
    expect(lazo("run", "--help").out).toContain("--solver");
    expect(lazo()).toMatchObject({ code: 2 });
  });

  it("does not mind who stops reading early", () => {
    const { status, stderr } = spawnSync(
      `"${process.execPath}" "${bundle}" run "${resolve(island)}" --step 0.0002 | head -1`,
      { shell: true, encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
  });
});
