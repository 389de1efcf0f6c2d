/** The command line as scripts see it: a child process, its exit code, what it prints where. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "vite";
import { version } from "../../cli/version.ts";
import { hostileNames } from "../core/emit/hostileNames.ts";

let folder = "";
let bundle = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lazo-cli-"));
  bundle = join(folder, "lazo.mjs");
  const { default: config } = await import("../../build/vite.cli.mjs");
  await build({ ...config, configFile: false, logLevel: "error", build: { ...config.build, outDir: folder } });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lazo(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { code: status, out: stdout, err: stderr };
}

/** A file in the test's own folder. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const island = "examples/island.lazo";
const island2 = "examples/island-classic.lazo";

/** Figures of the first line that is a problem: `severity code path: message (hint)`. */
const problem = /^(error|warning) (\S+) (.+?): (.+)$/m;

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

describe("run", () => {
  it("prints CSV: time, then every signal by its path", () => {
    const { code, out, err } = lazo("run", island);
    expect([code, err]).toEqual([0, ""]);
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(rows[0]).toEqual([
      "t",
      "Sensors.camera 1",
      "Sensors.camera 2",
      "Sensors.drone 1",
      "Sensors.drone 2",
      "Population.fish",
      "Population.pelicans",
    ]);
    expect(rows.length).toBe(602);
    expect(rows.every((row) => row.length === 7)).toBe(true);
    expect(
      rows
        .slice(1)
        .flat()
        .every((cell) => Number.isFinite(Number(cell)) && cell !== ""),
    ).toBe(true);
  });

  it("takes stop, step, solver and variables, as expressions", () => {
    const lines = lazo(
      "run",
      "examples/pendulum.lazo",
      "--stop",
      "g/9.81",
      "--step=1/4",
      "--solver",
      "dopri5",
      "--set",
      "g=0",
      "--set",
      "g = 2*9.81",
      "--set",
      "d=0",
    )
      .out.trim()
      .split("\n");
    expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual([
      0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2,
    ]);
    const plain = lazo("run", "examples/pendulum.lazo", "--stop", "2", "--step", "0.25").out.trim().split("\n");
    expect(lines[0]).toBe(plain[0]);
    expect(lines[5]).not.toBe(plain[5]);
  });

  it("writes CSV and JSON files that say the same, whole", () => {
    const csv = join(folder, "out.csv");
    const json = join(folder, "out.json");
    expect(lazo("run", island, "--out", csv)).toEqual({ code: 0, out: "", err: "" });
    expect(lazo("run", island, "--out", json)).toEqual({ code: 0, out: "", err: "" });
    expect(readFileSync(csv, "utf8")).toBe(lazo("run", island).out);
    const read = JSON.parse(readFileSync(json, "utf8"));
    const rows = readFileSync(csv, "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    expect(read).toMatchObject({ status: "finished", events: [] });
    expect(read.t).toEqual(rows.map((row) => row[0]));
    expect(read.signals.map((signal: { values: number[] }) => signal.values[600])).toEqual(rows[600]!.slice(1));
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
  });

  it("reads data beside the document and nowhere else", () => {
    const text = readFileSync(island, "utf8");
    const own = join(folder, "beside");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "a.lazo"), text);
    const missing = lazo("run", join(own, "a.lazo"));
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(problem);
    expect(missing.err).toContain("drops.csv");
    writeFileSync(join(own, "drops.csv"), readFileSync("examples/drops.csv"));
    expect(lazo("run", join(own, "a.lazo"))).toEqual(lazo("run", island));
    for (const name of ["../drops.csv", "/etc/passwd", "..", "a\\\\b.csv"]) {
      writeFileSync(join(own, "b.lazo"), text.replaceAll("drops.csv", name));
      expect(lazo("check", join(own, "b.lazo")), name).toMatchObject({ code: 1 });
      expect(lazo("check", join(own, "b.lazo")).out, name).toMatch(/^error DATA_NOT_BESIDE /);
    }
  });

  it("says what is wrong with its options and what there is instead", () => {
    const wrong = (...args: string[]): string => {
      const { code, out, err } = lazo(...args);
      expect([code, out], args.join(" ")).toEqual([2, ""]);
      expect(err).toMatch(/^error USAGE lazo: .*\n$/);
      return err;
    };
    expect(wrong("run", "examples/pendulum.lazo", "--solver", "ode45")).toContain("auto, exact, bs32, dopri5");
    expect(wrong("run", "examples/pendulum.lazo", "--set", "mass=2")).toContain("It has g, l, d.");
    wrong("run", "examples/pendulum.lazo", "--set", "g");
    wrong("run", "examples/pendulum.lazo", "--set", "g=");
    wrong("run", island, "--out", "x.xls");
    wrong("run", island, "--what", "1");
    wrong("run", island, "more");
    wrong("run");
    wrong("run", island, "--stop");
    wrong("matrices", island, "--format", "yaml");
    wrong("export", island, "--to", "cobol");
    wrong("export", island);
    wrong("simulate", island);
  });

  describe("To CSV blocks", () => {
    const block = (id: string, name: string, type: string, params: { [name: string]: string }) => ({
      id,
      name,
      type,
      version: 1,
      params,
      at: { x: 0, y: 0 },
    });
    const model = (name: string, files: readonly string[]) =>
      file(
        name,
        JSON.stringify({
          format: "lazo",
          version: 1,
          name: "d",
          variables: [],
          root: {
            blocks: [
              block("r", "Ramp", "ramp", {}),
              ...files.map((csv, k) => block(`c${k}`, `Log ${k}`, "to-csv", { file: csv })),
            ],
            wires: files.map((_, k) => ({
              id: `w${k}`,
              from: { block: "r", port: "out" },
              to: { block: `c${k}`, port: "in1" },
            })),
            notes: [],
          },
          run: { stop: "1", step: "0.5", solver: "auto" },
        }),
      );
    const out = () => join(folder, "all.csv");

    it("write their signals beside --out, replacing what is there", () => {
      const drawn = model("sinks.lazo", ["one.csv", "two.csv"]);
      for (let again = 0; again < 2; again++) {
        const { code, err } = lazo("run", drawn, "--out", out());
        expect([code, err]).toEqual([0, `wrote ${join(folder, "one.csv")}\nwrote ${join(folder, "two.csv")}\n`]);
      }
      expect(readFileSync(join(folder, "one.csv"), "utf8")).toBe("t,Ramp\n0,0\n0.5,0.5\n1,1\n");
    });

    it("never write where a document should not reach, nor over what is in use", () => {
      for (const [name, code] of [
        ["../up.csv", "CSV_NAME"],
        ["notes.txt", "CSV_NAME"],
        [".hidden.csv", "CSV_NAME"],
        ["all.csv", "CSV_TAKEN"],
      ] as const) {
        const { code: exit, err } = lazo("run", model("bad.lazo", [name]), "--out", out());
        expect(exit).toBe(1);
        // What the block itself objects to never gets as far as the command.
        if (!name.includes("/")) expect(err).toContain(`error ${code} Log 0: `);
        expect(existsSync(join(folder, "..", "up.csv"))).toBe(false);
      }
      expect(lazo("run", model("twice.lazo", ["a.csv", "a.csv"]), "--out", out()).err).toContain("CSV_TAKEN Log 1");
    });

    it("without --out, replace nothing", () => {
      writeFileSync(join(folder, "there.csv"), "mine");
      const drawn = model("there.lazo", ["there.csv"]);
      const { status, stderr } = spawnSync(process.execPath, [bundle, "run", drawn], { encoding: "utf8", cwd: folder });
      expect([status, stderr]).toEqual([1, expect.stringContaining("error CSV_EXISTS Log 0: ")]);
      expect(readFileSync(join(folder, "there.csv"), "utf8")).toBe("mine");
    });
  });

  it("ends with 1 and the problem where settings or the run go wrong", () => {
    const bad = lazo("run", "examples/pendulum.lazo", "--stop", "nonsense");
    expect([bad.code, bad.out]).toEqual([1, ""]);
    expect(bad.err).toMatch(/^error \S+ run\.stop: /);
    const exact = lazo("run", "examples/pendulum.lazo", "--solver", "exact");
    expect([exact.code, exact.err.startsWith("error NOT_LTI run.solver: ")]).toEqual([1, true]);
    const unstable = lazo(
      "run",
      "examples/mass-spring-damper.lazo",
      "--stop",
      "1e6",
      "--step",
      "1e4",
      "--set",
      "c=-50",
    );
    expect(unstable.code).toBe(1);
    expect(unstable.err).toMatch(/^error (DIVERGED|NONFINITE) /m);
    expect(unstable.out.split("\n").length).toBeGreaterThan(1);
  });
});

describe("check", () => {
  it("is silent about every example", () => {
    const examples = readdirSync("examples").filter((name) => name.endsWith(".lazo"));
    expect(examples.length).toBeGreaterThan(8);
    for (const name of examples)
      expect(lazo("check", join("examples", name)), name).toEqual({ code: 0, out: "", err: "" });
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
