/** `lazo run` as scripts see it: signals on stdout or in files, data, options, problems. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle, file, folder, island, lazo, problem } from "./command.ts";

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

  it("records chosen signals only, in the order asked for", () => {
    const { out } = lazo("run", island, "--signals", "Population.pelicans, Sensors.drone 1");
    const all = lazo("run", island)
      .out.split("\n")
      .map((line) => line.split(","));
    const rows = out.split("\n").map((line) => line.split(","));
    const columns = ["t", "Population.pelicans", "Sensors.drone 1"].map((name) => all[0]!.indexOf(name));
    expect(rows[0]).toEqual(["t", "Population.pelicans", "Sensors.drone 1"]);
    expect(rows.slice(0, -1)).toEqual(all.slice(0, -1).map((row) => columns.map((column) => row[column])));
    const refused = lazo("run", island, "--signals", "fish");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^error SIGNAL_UNKNOWN fish: .+ \(There are Sensors\.camera 1, /);
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

    it("get their signals also where others are asked for", () => {
      const drawn = file(
        "other.lazo",
        readFileSync(model("sinks.lazo", ["one.csv"]), "utf8")
          .replace('"wires":[', '"wires":[{"id":"w","from":{"block":"s","port":"out"},"to":{"block":"o","port":"y"}},')
          .replace(
            '"blocks":[',
            `"blocks":[${JSON.stringify(block("s", "Sine", "sine", {}))},${JSON.stringify(block("o", "Out", "output", {}))},`,
          ),
      );
      const { code } = lazo("run", drawn, "--out", out(), "--signals", "Out");
      expect(code).toBe(0);
      expect(readFileSync(out(), "utf8").split("\n")[0]).toBe("t,Out");
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
