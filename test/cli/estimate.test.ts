/** lazo estimate, as scripts use it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../build/setup.mjs";
import { bundle, file, folder, lazo, problem } from "./command.ts";

const spring = "examples/mass-spring-damper.lazo";
const noise = ["--Q", "1e-6", "--R", "0.01"];

/** The spring as `lazo run` has it, every 0.1 s, its ruler read with an error; every ninth reading is missing. */
function record(): { readonly path: string; readonly truth: readonly (readonly string[])[] } {
  const { out } = lazo("run", spring, "--step", "0.1", "--stop", "12");
  const truth = out
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  let seed = 7;
  const draw = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const rows = truth.slice(1).map(([t, place], k) => {
    // Twelve uniform numbers are about normal.
    const error = 0.1 * (Array.from({ length: 12 }, draw).reduce((a, b) => a + b, 0) - 6);
    return `${t},${k % 9 === 4 ? "" : Number(place) + error}`;
  });
  return { path: file("record.csv", ["t,height", ...rows].join("\n")), truth };
}

const table = (csv: string): readonly (readonly number[])[] =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));

describe("lazo estimate", () => {
  test("states and deviations from readings with gaps, their likelihood and an honest verdict; the smoother is closer", () => {
    const { path, truth } = record();
    const found = lazo("estimate", spring, path, "--outputs", "Ruler=height", ...noise, "--P0", "0.01");
    expect(found.err).toMatch(/log-likelihood -?\d/);
    expect(found.err).toMatch(/NIS \d\S*, 1 expected, 95 % within .*: consistent/);
    expect(found.code).toBe(0);
    expect(found.out.split("\n")[0]).toBe("t,position,speed,position sigma,speed sigma");
    const position = truth[0]!.indexOf("Ruler");
    const miss = (rows: readonly (readonly number[])[]): number =>
      Math.sqrt(rows.reduce((sum, row, k) => sum + (row[1]! - Number(truth[k + 1]![position])) ** 2, 0) / rows.length);
    const filtered = table(found.out);
    expect(filtered).toHaveLength(121);
    expect(miss(filtered)).toBeLessThan(0.06);
    const out = join(folder, "smooth.csv");
    const smooth = lazo(
      "estimate",
      spring,
      path,
      "--outputs",
      "Ruler=height",
      "--method",
      "smoother",
      ...noise,
      "--P0",
      "0.01",
      "--out",
      out,
    );
    expect([smooth.code, smooth.out]).toEqual([0, ""]);
    expect(miss(table(readFileSync(out, "utf8")))).toBeLessThan(miss(filtered));
    // On a linear plant the filters agree.
    const kalman = lazo(
      "estimate",
      spring,
      path,
      "--outputs",
      "Ruler=height",
      "--method",
      "kalman",
      ...noise,
      "--P0",
      "0.01",
    );
    table(kalman.out).forEach((row, k) => row.forEach((v, j) => expect(v).toBeCloseTo(filtered[k]![j]!, 9)));
    const bold = lazo("estimate", spring, path, "--outputs", "Ruler=height", "--Q", "1e-6", "--R", "1e-4");
    expect(bold.err).toContain("optimistic, it is surer than it may be");
  });

  const kalman = (path: string, device: string) =>
    ["estimate", spring, path, "--outputs", "Ruler=height", "--method", "kalman", ...noise, "--P0", "0.01"].concat(
      "--device",
      device,
    );

  test("without a GPU: auto goes on in float64, gpu is refused with the cure, and only the Kalman filter runs on one", () => {
    const { path } = record();
    expect(lazo(...kalman(path, "auto")).out).toBe(lazo(...kalman(path, "cpu")).out);
    const refused = lazo(...kalman(path, "gpu"));
    expect([refused.code, refused.out, problem.exec(refused.err)?.[2]]).toEqual([1, "", "GPU_ABSENT"]);
    const other = lazo("estimate", spring, path, "--outputs", "Ruler=height", ...noise, "--device", "gpu");
    expect([other.code, problem.exec(other.err)?.[2]]).toEqual([2, "USAGE"]);
  });

  const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
  test.skipIf(!existsSync(swiftShader))("on a GPU the same states to float32, and it says where it ran", () => {
    const { path } = record();
    const exact = lazo(...kalman(path, "cpu"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(root, "node_modules", "webgpu"), join(folder, "node_modules", "webgpu"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...kalman(path, "gpu")], {
      encoding: "utf8",
      env: { ...process.env, VK_DRIVER_FILES: swiftShader, XDG_RUNTIME_DIR: folder },
    });
    expect(stderr).toMatch(/float32 on .*SwiftShader/i);
    expect(stderr).toMatch(/NIS .* consistent/);
    expect(status).toBe(0);
    const rows = table(stdout);
    expect(rows).toHaveLength(121);
    // Rounded to float32, or it was not there.
    expect(stdout).not.toBe(exact.out);
    table(exact.out).forEach((row, k) => row.forEach((v, j) => expect(rows[k]![j]).toBeCloseTo(v, 5)));
  });

  test("what is missing or does not fit is said, with the cure", () => {
    const readings = file("plain.csv", "t,height,push\n0,1,1\n0.1,2,\n0.2,3,1\n");
    const told = (...args: readonly string[]) => {
      const { code, err, out } = lazo("estimate", spring, readings, ...args);
      expect(out).toBe("");
      return [code, problem.exec(err)?.[2]];
    };
    expect(told("--outputs", "Ruler=height")).toEqual([2, "USAGE"]);
    expect(told(...noise)).toEqual([1, "NOTHING_MEASURED"]);
    expect(told("--outputs", "Ruler=width", ...noise)).toEqual([1, "COLUMN_UNKNOWN"]);
    expect(told("--outputs", "Nowhere=height", ...noise)).toEqual([1, "SIGNAL_UNKNOWN"]);
    expect(told("--outputs", "Ruler=height", "--inputs", "force=push", ...noise)).toEqual([1, "INPUT_MISSING"]);
    expect(told("--outputs", "Ruler=height", "--Q", "[1, 2, 3]", "--R", "1")).toEqual([2, "USAGE"]);
    expect(told("--outputs", "Ruler=height", "--Q=-1", "--R", "1")).toEqual([1, "Q_NOT_PSD"]);
    expect(told("--outputs", "Ruler=height", "--method", "guess", ...noise)).toEqual([2, "USAGE"]);
    const late = lazo("estimate", "examples/delay-loop.lazo", readings, "--outputs", "height", ...noise);
    expect(problem.exec(late.err)?.[2]).toMatch(/PLANT_DELAY|SIGNAL_UNKNOWN/);
    const uneven = file("uneven.csv", "t,Ruler\n0,1\n0.1,2\n0.5,3\n");
    expect(problem.exec(lazo("estimate", spring, uneven, ...noise).err)?.[2]).toBe("SAMPLES_UNEVEN");
  });
});
