#!/usr/bin/env node
/** lazo: the core in a terminal. The words of the command line; what they do is commands.ts's. */
import { cac } from "cac";
import { check, equilibrium, exportModel, matrices, order, run } from "./commands.ts";
import { estimate } from "./estimate.ts";
import { evaluateNetwork } from "./evaluate.ts";
import { trainNetwork } from "./train.ts";
import { exits, Refused, reportProblems, wrongUse } from "./report.ts";
import { version } from "./version.ts";

interface Options {
  readonly Q?: readonly string[];
  readonly R?: readonly string[];
  readonly x0?: readonly string[];
  readonly P0?: readonly string[];
  readonly gain?: readonly string[];
  readonly iterations?: readonly string[];
  readonly method?: readonly string[];
  readonly particles?: readonly string[];
  readonly ahead?: readonly string[];
  readonly begin?: readonly string[];
  readonly checkpoint?: readonly string[];
  readonly batch?: readonly string[];
  readonly form?: readonly string[];
  readonly inputs?: readonly string[];
  readonly kind?: readonly string[];
  readonly layers?: readonly string[];
  readonly length?: readonly string[];
  readonly loss?: readonly string[];
  readonly outputs?: readonly string[];
  readonly device?: readonly string[];
  readonly rate?: readonly string[];
  readonly runs?: readonly string[];
  readonly seed?: readonly string[];
  readonly states?: readonly string[];
  readonly steps?: readonly string[];
  readonly task?: readonly string[];
  readonly width?: readonly string[];
  readonly at?: readonly string[];
  readonly bound?: readonly string[];
  readonly fix?: readonly string[];
  readonly free?: readonly string[];
  readonly from?: readonly string[];
  readonly open?: readonly string[];
  readonly pade?: readonly string[];
  readonly format?: readonly string[];
  readonly out?: readonly string[];
  readonly set?: readonly string[];
  readonly signals?: readonly string[];
  readonly solver?: readonly string[];
  readonly step?: readonly string[];
  readonly stop?: readonly string[];
  readonly to?: readonly string[];
}

/**
 * Without `type` numbers would lose their spelling: an expression stays what was typed. An option without its value comes as
 * a boolean, which would read as an expression too.
 */
const text = { type: [(value: unknown) => (typeof value === "boolean" ? "" : String(value))] };

/** The last of an option given several times. */
function last(list: readonly string[] | undefined): string | undefined {
  return whole(list)?.at(-1);
}

function whole(list: readonly string[] | undefined): readonly string[] | undefined {
  if (list?.includes("")) throw wrongUse("An option lacks its value.", "lazo --help shows how.");
  return list;
}

/** Names separated by commas outside of brackets: "x[1,2]" is one. */
function names(list: readonly string[] | undefined): readonly string[] | undefined {
  return whole(list)?.flatMap((text) => text.split(/,(?![^[]*\])/).map((name) => name.trim()));
}

async function main(): Promise<number> {
  const cli = cac("lazo");
  cli.usage("<command> FILE [options]");
  cli
    .command("check <file>", "Say all that is wrong with a diagram, one problem a line")
    .action((file: string) => check(file));
  cli
    .command("matrices <file>", "Print A, B, C, D with the names of their rows and columns")
    .option(
      "--at <T|FILE|trim>",
      "Linearize at time T of the run, at {x, u, t} from a JSON file, or at an equilibrium",
      text,
    )
    .option("--from <signals>", "Input blocks or any signals, separated by commas, where something is added", text)
    .option("--to <signals>", "Output blocks or any signals, separated by commas", text)
    .option("--open <signals>", "Signals that are cut; states that this leaves aside are left out", text)
    .option("--pade <n>", "Order of the approximation of transport delays; 2 when left out", text)
    .option("--format <name>", "json, text, latex, matlab or python; text when left out", text)
    .action((file: string, options: Options) =>
      matrices(file, {
        ...given("at", last(options.at)),
        ...given("from", names(options.from)),
        ...given("to", names(options.to)),
        ...given("open", names(options.open)),
        ...given("pade", last(options.pade)),
        ...given("format", last(options.format)),
      }),
    );
  cli
    .command("trim <file>", "Find an equilibrium: states free, inputs as they are, unless told otherwise")
    .option("--fix <name[=expr]>", "A state, an input or an output that is given", text)
    .option("--free <name[=expr]>", "An input that may be changed, or where the search for it begins", text)
    .option("--bound <name=low:high>", "Free between bounds; one of them may be left out", text)
    .option("--format <name>", "json or text; text when left out", text)
    .action((file: string, options: Options) =>
      equilibrium(file, {
        ...given("fix", whole(options.fix)),
        ...given("free", whole(options.free)),
        ...given("bound", whole(options.bound)),
        ...given("format", last(options.format)),
      }),
    );
  cli
    .command("order <file>", "Print the blocks in the order in which they work, with sample times and loops")
    .option("--format <name>", "json or text; text when left out", text)
    .action((file: string, options: Options) => order(file, last(options.format)));
  cli
    .command("run <file>", "Simulate, and print CSV: t, then every recorded signal")
    .option("--stop <s>", "Stop time in s, or an expression", text)
    .option("--step <s>", "Spacing of the output in s, or an expression", text)
    .option("--solver <name>", "auto, exact, bs32, dopri5, dop853, rodas4, bdf, euler, heun, rk4 or rk8", text)
    .option("--set <name=expr>", "Give a variable another value; as often as you like", text)
    .option("--signals <paths>", "Record these only, separated by commas: less memory, and a faster run", text)
    .option("--out <file>", "Write to FILE.csv or FILE.json instead", text)
    .action((file: string, options: Options) =>
      run(
        file,
        {
          ...given("set", whole(options.set)),
          ...given("stop", last(options.stop)),
          ...given("step", last(options.step)),
          ...given("solver", last(options.solver)),
        },
        { ...given("out", last(options.out)), ...given("signals", names(options.signals)) },
      ),
    );
  cli
    .command("export <file>", "Write the compiled model: json, or ts (one TypeScript file without imports)")
    .option("--to <json|ts>", "What to write", text)
    .option("--out <file>", "Write to FILE instead of the terminal", text)
    .action((file: string, options: Options) => {
      const to = last(options.to);
      if (to === undefined) throw wrongUse("Nothing says what to export to.", "Add --to json or --to ts.");
      return exportModel(file, to, last(options.out));
    });
  cli
    .command("estimate <file> <data>", "Find the hidden states of a diagram from a CSV file of what was measured")
    .option("--method <name>", "kalman, ekf (when left out), iekf, ukf, particle, observer or smoother", text)
    .option("--inputs <name=column>", "Inputs that the file sets, separated by commas; those of a column's name", text)
    .option("--outputs <name=column>", "Signals that were measured; those of a column's name", text)
    .option("--Q <expr>", "Covariance of the noise of a sample in the states: number, diagonal or matrix", text)
    .option("--R <expr>", "Covariance of the noise of the measurements", text)
    .option("--x0 <expr>", "Mean of the states at the first sample; as drawn when left out", text)
    .option("--P0 <expr>", "Covariance of the states at the first sample; 1 when left out", text)
    .option("--gain <expr>", "Of the observer, states x measurements; the steady Kalman filter's when left out", text)
    .option("--iterations <n>", "Of the iterated filter; 5 when left out", text)
    .option("--particles <n>", "1000 when left out", text)
    .option("--seed <n>", "Of the particles; 1 when left out", text)
    .option(
      "--device <name>",
      "For kalman: gpu, cpu, or auto (when left out): a GPU where there is one and the record is long and has gaps",
      text,
    )
    .option("--step <s>", "Distance of samples in s, where the file has no column t", text)
    .option("--set <name=expr>", "Give a variable of the diagram another value", text)
    .option("--out <file>", "Write to FILE.csv instead", text)
    .action((file: string, data: string, options: Options) =>
      estimate(file, data, {
        ...given("inputs", names(options.inputs)),
        ...given("outputs", names(options.outputs)),
        ...given("set", whole(options.set)),
        ...lasts(options, [
          "method",
          "Q",
          "R",
          "x0",
          "P0",
          "gain",
          "iterations",
          "particles",
          "seed",
          "step",
          "device",
          "out",
        ]),
      }),
    );
  cli
    .command("train <file>", "Learn a filter or predictor from a CSV file, or from a diagram run with many seeds")
    .option("--task <name>", "estimate, predict (one step) or forecast; estimate when left out", text)
    .option("--inputs <signals>", "What is known: columns or paths, separated by commas", text)
    .option("--outputs <signals>", "What is to be found", text)
    .option("--ahead <n>", "Steps of a forecast; 10 when left out", text)
    .option("--kind <name>", "s5 (when left out), s4d, s4, dss, linear; mamba for what switches or is missing", text)
    .option("--form <name>", "network, or filter: one linear layer, which can be read back as A, B, C, D", text)
    .option("--loss <name>", "mse, or gaussian: it says how sure it is too", text)
    .option("--width <n>", "Channels of a layer; 16 when left out", text)
    .option("--states <n>", "States of a layer; 16 when left out", text)
    .option("--layers <n>", "2 when left out", text)
    .option("--length <n>", "Samples of a training sequence; 128 when left out", text)
    .option("--steps <n>", "Steps of training; 1000 when left out", text)
    .option("--batch <n>", "Sequences a step; 16 when left out", text)
    .option("--rate <x>", "Largest rate of learning; 0.003 when left out", text)
    .option("--seed <n>", "Of weights and order, and the first of a diagram's runs; 0 when left out", text)
    .option("--runs <n>", "Runs of a diagram; 50 when left out", text)
    .option("--stop <s>", "Stop time of each run", text)
    .option("--step <s>", "Distance of samples in s", text)
    .option("--set <name=expr>", "Give a variable of the diagram another value", text)
    .option("--begin <file>", "Matrices, as JSON, of the linear filter that training begins as", text)
    .option("--checkpoint <file>", "Keep the state of training here, and go on from it", text)
    .option("--device <name>", "gpu, cpu, or auto (when left out): a GPU where there is one and enough to do", text)
    .option("--out <file>", "FILE.json for the weights", text)
    .action((file: string, options: Options) =>
      trainNetwork(file, {
        ...given("inputs", names(options.inputs)),
        ...given("outputs", names(options.outputs)),
        ...given("set", whole(options.set)),
        ...lasts(options, [
          ...(["task", "ahead", "kind", "form", "loss", "width", "states", "layers", "length", "steps"] as const),
          ...(["batch", "rate", "seed", "runs", "stop", "step", "out", "begin", "checkpoint", "device"] as const),
        ]),
      }),
    );
  cli
    .command(
      "evaluate <weights> <file>",
      "Say how well a trained network does on a CSV file or a diagram's other seeds",
    )
    .option("--runs <n>", "Runs of a diagram; 10 when left out", text)
    .option("--seed <n>", "The first of them; 100000 when left out", text)
    .option("--stop <s>", "Stop time of each run", text)
    .option("--step <s>", "Distance of samples in s", text)
    .option("--set <name=expr>", "Give a variable of the diagram another value", text)
    .option("--format <name>", "json or text; text when left out", text)
    .option("--out <file>", "FILE.csv for the answers beside what was", text)
    .action((weights: string, file: string, options: Options) =>
      evaluateNetwork(weights, file, {
        ...given("set", whole(options.set)),
        ...lasts(options, ["runs", "seed", "stop", "step", "format", "out"]),
      }),
    );
  cli.help();
  cli.version(version);

  const { args, options } = cli.parse(process.argv, { run: false });
  if (options["help"] === true || (options["version"] === true && args.length === 0)) return exits.done;
  if (!cli.matchedCommand) {
    if (args[0] !== undefined) throw wrongUse(`There is no command "${args[0]}".`, "lazo --help lists them.");
    cli.outputHelp();
    return exits.usage;
  }
  return (await cli.runMatchedCommand()) as number;
}

/** The last of each of these options that is there. */
function lasts<K extends keyof Options>(options: Options, keys: readonly K[]): { readonly [key in K]?: string } {
  return Object.assign({}, ...keys.map((key) => given(key, last(options[key]))));
}

/** Absent stays absent: an option given as undefined would not be the same. */
function given<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}

// Who reads us may stop early (| head): no reason to complain.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exits.done);
});

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Refused) {
    reportProblems(error.problems);
    process.exitCode = error.exit;
  } else if (error instanceof Error && error.name === "CACError") {
    const refused = wrongUse(
      `${error.message[0]?.toUpperCase() ?? ""}${error.message.slice(1)}.`,
      "lazo --help shows how.",
    );
    reportProblems(refused.problems);
    process.exitCode = refused.exit;
  } else {
    process.stderr.write(
      `This is a mistake of lazo itself, not yours:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = exits.bug;
  }
}
