/** What is to be learned: from which runs or recording, which signals from which, by what kind of network. */
import { useId } from "react";
import type { ReactNode } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { learnedBlocks, networkIn } from "../../../core/diagram/learnedBlocks.ts";
import type { LayerKind } from "../../../core/learn/network.ts";
import type { Learned } from "../../../core/learn/weightFile.ts";
import { useDocument } from "../../store/document.ts";
import type { ListedModel } from "../../store/identified.ts";
import { useTraining, wish, type TrainTask, type TrainWishes } from "../../store/training.ts";
import { useText, type Translate } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { nameOf } from "../identify/modelPanes.ts";
import type { Meant, Offer } from "./jobOf.ts";

interface TrainFormProps {
  readonly sets: readonly DataSet[];
  readonly set: DataSet | undefined;
  readonly offer: Offer | undefined;
  readonly meant: Meant | undefined;
  readonly models: readonly ListedModel[];
}

const tasks: readonly TrainTask[] = ["estimate", "predict", "forecast"];
/** As they are written. */
export const kindNames = { linear: "Linear", s4: "S4", s4d: "S4D", dss: "DSS", s5: "S5", mamba: "Mamba" } as const;
const layerKinds = Object.keys(kindNames) as readonly LayerKind[];
const filterKinds = ["s5", "s4d", "linear"] as const;

function Field({
  label,
  children,
  title,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly title?: string;
}) {
  return (
    <label className="data-field" title={title}>
      <span>{label}</span>
      {children}
    </label>
  );
}

export function TrainForm({ sets, set, offer, meant, models }: TrainFormProps) {
  const text = useText();
  const wishes = useTraining((state) => state.wishes);
  const document = useDocument((state) => state.document);
  const blocks = learnedBlocks(document);
  const { task, kind, begin } = wishes;
  // A block that is gone leaves a new network.
  const block = blocks.find(({ id }) => id === wishes.block);
  const form = block ? "block" : wishes.form;
  const filter = form === "filter";
  const linear = filter && (kind === "s5" || kind === "s4d");
  const select = (value: string, options: readonly (readonly [string, string])[], change: (next: string) => void) => (
    <select className="ui-input" value={value} onChange={(event) => change(event.target.value)}>
      {options.map(([key, label]) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </select>
  );
  const number = (
    value: number | undefined,
    change: (next: number) => void,
    rest: {
      readonly least?: number;
      readonly most?: number;
      readonly whole?: boolean;
      readonly placeholder?: string;
      readonly onEmpty?: () => void;
    } = {},
  ) => <NumberField value={value} least={1} whole {...rest} onChange={change} />;
  const kinds = filter ? filterKinds : layerKinds;
  const hint = kind === "mamba" ? "train.hint.mamba" : offer?.switching ? "train.hint.switching" : "train.hint.smooth";
  return (
    <div className="train-parts">
      <div>
        <Field label={text("train.from")}>
          {select(
            set?.id ?? "",
            [["", text("train.from.plant")], ...sets.map(({ id, name }) => [id, name] as const)],
            (next) =>
              wish({ set: next === "" ? undefined : next, given: undefined, sought: undefined, begin: "random" }),
          )}
        </Field>
        <Field label={text("train.task")}>
          {select(
            task,
            tasks.map((each) => [each, text(`train.task.${each}`)]),
            (next) => wish({ task: next as TrainTask, given: undefined, sought: undefined }),
          )}
        </Field>
        {task === "forecast" && (
          <Field label={text("train.ahead")}>
            {number(wishes.ahead, (ahead) => wish({ ahead }), { most: 10_000 })}
          </Field>
        )}
        {offer && meant && <Signals offer={offer} meant={meant} task={task} />}
      </div>
      <div>
        <Field label={text("train.form")}>
          {select(
            block ? `block ${block.id}` : form,
            [
              ["network", text("train.form.network")],
              ["filter", text("train.form.filter")],
              ...blocks.map(({ id, name }) => [`block ${id}`, text("train.form.block", { name })] as const),
            ],
            (next) => {
              const chosen = blocks.find(({ id }) => next === `block ${id}`);
              wish(
                chosen
                  ? { block: chosen.id, given: undefined }
                  : {
                      ...{ block: undefined, form: next as "network" | "filter" },
                      // Between networks what is given stays as it was chosen.
                      ...(block && { given: undefined }),
                      ...(next === "filter" && !filterKinds.some((each) => each === kind) && { kind: "s5" }),
                    },
              );
            },
          )}
        </Field>
        {block ? (
          <p className="data-note">{sizesOf(networkIn(document, block.id), text)}</p>
        ) : (
          <Field label={text("train.kind")}>
            {select(
              kind,
              kinds.map((each) => [each, kindNames[each]]),
              (next) => wish({ kind: next as typeof kind }),
            )}
          </Field>
        )}
        {form === "network" && <p className="data-note">{text(hint)}</p>}
        {linear && (
          <Field label={text("train.begin")} title={text("train.begin.help")}>
            {select(
              begin,
              [
                ["random", text("train.begin.random")],
                ...(set
                  ? models.map((one) => [`model ${one.number}`, nameOf(one)] as const)
                  : [["kalman", text("train.begin.kalman")] as const]),
              ],
              (next) => wish({ begin: next }),
            )}
          </Field>
        )}
        <details className="train-more">
          <summary>{text("train.more")}</summary>
          {form === "network" && (
            <Field label={text("train.width")}>{number(wishes.width, (width) => wish({ width }), { most: 256 })}</Field>
          )}
          {!block && (
            <Field label={text("train.states")}>
              {number(wishes.states, (states) => wish({ states }), { most: 256 })}
            </Field>
          )}
          {form === "network" && (
            <Field label={text("train.layers")}>
              {number(wishes.layers, (layers) => wish({ layers }), { most: 16 })}
            </Field>
          )}
          <Field label={text("train.length")} title={text("train.length.help")}>
            {number(wishes.length, (length) => wish({ length }), {
              least: 8,
              most: 65_536,
              placeholder: meant ? String(meant.length) : "",
              onEmpty: () => wish({ length: undefined }),
            })}
          </Field>
          <Field label={text("train.steps")}>
            {number(wishes.steps, (steps) => wish({ steps }), {
              least: linear && begin !== "random" ? 0 : 1,
              most: 1_000_000,
            })}
          </Field>
          <Field label={text("train.rate")}>
            {number(wishes.rate, (rate) => wish({ rate }), { least: 1e-9, most: 1, whole: false })}
          </Field>
          <Field label={text("train.seed")}>
            {number(wishes.seed, (seed) => wish({ seed }), { least: 0, most: 1_000_000 })}
          </Field>
          <Field label={text("train.device")} title={text("train.device.help")}>
            {select(
              wishes.device,
              (["auto", "gpu", "cpu"] as const).map((each) => [each, text(`train.device.${each}`)]),
              (next) => wish({ device: next as TrainWishes["device"] }),
            )}
          </Field>
          {!set && (
            <>
              <Field label={text("train.runs")}>
                {number(wishes.runs, (runs) => wish({ runs }), { least: 2, most: 10_000 })}
              </Field>
              <Field label={text("train.noise")} title={text("train.noise.help")}>
                {number(
                  wishes.noise === undefined ? undefined : 100 * wishes.noise,
                  (next) => wish({ noise: next / 100 }),
                  {
                    least: 0,
                    most: 1000,
                    whole: false,
                    placeholder: meant ? String(100 * meant.noise) : "",
                    onEmpty: () => wish({ noise: undefined }),
                  },
                )}
              </Field>
              <Field label={text("train.scatter")} title={text("train.scatter.help")}>
                {number(
                  wishes.scatter === undefined ? undefined : 100 * wishes.scatter,
                  (next) => wish({ scatter: next / 100 }),
                  {
                    least: 0,
                    most: 1000,
                    whole: false,
                    placeholder: meant ? String(100 * meant.scatter) : "",
                    onEmpty: () => wish({ scatter: undefined }),
                  },
                )}
              </Field>
            </>
          )}
        </details>
      </div>
    </div>
  );
}

/** What a block of the drawing runs, in a line. */
function sizesOf(learned: Learned | undefined, text: Translate): string {
  if (!learned) return text("train.block.wrong");
  const { kind, layers, width, states } = learned.spec;
  return text("train.block.size", {
    ...{ kind: kindNames[kind], layers, width, states },
    ...{ inputs: learned.inputNames.length, outputs: learned.outputNames.length },
  });
}

function Signals({ offer, meant, task }: { readonly offer: Offer; readonly meant: Meant; readonly task: TrainTask }) {
  const text = useText();
  const id = useId();
  const box = (which: "given" | "sought", path: string) => {
    const chosen = meant[which];
    const on = chosen.includes(path);
    return (
      <input
        type="checkbox"
        aria-labelledby={`${id}${which} ${id}${path}`}
        checked={on}
        // Who looks ahead is given what is sought.
        disabled={which === "given" && task !== "estimate" && meant.sought.includes(path)}
        onChange={() => wish({ [which]: on ? chosen.filter((one) => one !== path) : [...chosen, path] })}
      />
    );
  };
  return (
    <div className="train-signals">
      <table>
        <thead>
          <tr>
            <th scope="col">{text("train.signal")}</th>
            <th scope="col" id={`${id}given`}>
              {text("train.given")}
            </th>
            <th scope="col" id={`${id}sought`}>
              {text("train.sought")}
            </th>
          </tr>
        </thead>
        <tbody>
          {offer.signals.map(({ path, kind }) => (
            <tr key={path}>
              <th scope="row" id={`${id}${path}`} title={`${path}: ${text(`train.signal.${kind}`)}`}>
                {path}
              </th>
              <td>{box("given", path)}</td>
              <td>{box("sought", path)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
