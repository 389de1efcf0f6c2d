/** A trained time-invariant layer as A, B, C, D: Hankel values, poles and Bode, reduced to as many states as wanted, placed as a block. */
import { Box } from "lucide-react";
import { useEffect, useState } from "react";
import { placeModelBlock } from "../../../core/diagram/placeModel.ts";
import { readLinear } from "../../engine/trainClient.ts";
import type { LinearRead } from "../../engine/trainProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { useNotices } from "../../store/notices.ts";
import { shownTrail } from "../../store/sheet.ts";
import type { TrainedNetwork } from "../../store/training.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { complexText, written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import { OrderBars } from "../OrderBars.tsx";
import { kindNames } from "./TrainForm.tsx";

type Answer = Awaited<ReturnType<typeof readLinear>>;

export function LinearView({ one }: { readonly one: TrainedNetwork }) {
  const text = useText();
  const { job, result } = one;
  const [layer, setLayer] = useState(0);
  const [channel, setChannel] = useState(0);
  const [order, setOrder] = useState<number>();
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    let wanted = true;
    readLinear({ text: result.text, layer, channel, ...(order !== undefined && { order }) }).then(
      (read) => wanted && setAnswer(read),
      () => wanted && setAnswer({ ok: false, code: "FAILED" }),
    );
    return () => {
      wanted = false;
    };
  }, [result.text, layer, channel, order]);
  if (job.kind === "mamba") return <Empty title={text("train.linear.mamba")}>{text("train.linear.mamba.next")}</Empty>;
  if (!answer) return <Empty title={text("train.linear.reading")} />;
  if (!answer.ok && answer.code === "TOO_LARGE")
    return <Empty title={text("train.linear.large")}>{text("train.linear.large.next")}</Empty>;
  if (!answer.ok) return <Empty title={text("train.linear.none", { code: answer.code })} />;
  const filter = job.form === "filter";
  // Their channels do not see one another.
  const apart = !filter && job.kind !== "s5" && job.kind !== "linear";
  const place = () => {
    const { A, B, C, D, period } = answer;
    const name = `${kindNames[job.kind]} ${A.length}`;
    const names = (count: number, own: readonly string[]) =>
      filter ? own : Array.from({ length: count }, (_, i) => `${i + 1}`);
    const model = {
      ...{ name, A, B, C, D, period },
      note: text(filter ? "train.linear.note" : "train.linear.note.layer", {
        name: one.name,
        order: A.length,
        layer: layer + 1,
      }),
      u: names(B[0]?.length ?? 0, job.given),
      y: names(C.length, job.sought),
    };
    useDocument.getState().edit((document) => placeModelBlock(document, model, shownTrail()).document);
    useNotices.getState().show({ id: "placed", tone: "success", text: text("train.placed", { name }), expires: 4000 });
  };
  const choice = (label: string, count: number, value: number, change: (next: number) => void) => (
    <label>
      {label}
      <select
        className="ui-input"
        value={value}
        onChange={(event) => {
          setOrder(undefined);
          change(Number(event.target.value));
        }}
      >
        {Array.from({ length: count }, (_, k) => (
          <option key={k} value={k}>
            {k + 1}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="train-linear">
      <header>
        {!filter && choice(text("train.layer"), job.layers, layer, setLayer)}
        {apart && choice(text("train.channel"), job.width, channel, setChannel)}
        <span>
          {[
            text("matrices.states", { count: answer.A.length }),
            text("matrices.inputs", { count: answer.B[0]?.length ?? 0 }),
            text("matrices.outputs", { count: answer.C.length }),
          ].join(", ")}
        </span>
        <Button icon={<Box size={14} />} disabled={answer.A.length === 0} onClick={place}>
          {text("train.linear.place")}
        </Button>
      </header>
      <Hankel answer={answer} onOrder={setOrder} />
      <div>
        <Chart
          plane="equal"
          panes={[
            {
              lines: [{ name: text("train.linear.circle"), colour: 5, faint: true, ...circle }],
              ...{ x: "linear", y: "linear", xName: "Re z", yName: "Im z", unit: "" },
              marks: answer.poles.map(([x, y]) => ({ x, y, shape: "cross" })),
            },
          ]}
          reading={() => ""}
          described={text("train.linear.poles", {
            poles: answer.poles.map((pole) => complexText(pole as [number, number])).join("; "),
          })}
        />
      </div>
      <div>
        <Chart
          panes={[
            {
              lines: [{ name: text("train.linear.gain"), colour: 0, ...answer.gain }],
              ...{
                x: "log",
                y: "linear",
                xName: text("analyse.axis.frequency", { unit: "rad/s" }),
                yName: text("analyse.axis.gain"),
                unit: " dB",
              },
            },
            {
              lines: [{ name: text("train.linear.phase"), colour: 0, ...answer.phase }],
              ...{
                x: "log",
                y: "degrees",
                xName: text("analyse.axis.frequency", { unit: "rad/s" }),
                yName: text("analyse.axis.phase"),
                unit: "°",
              },
            },
          ]}
          reading={(w) => `ω = ${written(w, 4)} rad/s`}
          described={text("train.linear.bode")}
        />
      </div>
    </div>
  );
}

const turn = Float64Array.from({ length: 121 }, (_, k) => (2 * Math.PI * k) / 120);
const circle = { x: turn.map(Math.cos), y: turn.map(Math.sin) };

/** From the largest to what no longer counts; one is clicked to keep as many states. */
function Hankel({ answer, onOrder }: { readonly answer: LinearRead; readonly onOrder: (order: number) => void }) {
  const text = useText();
  const shown = answer.hankel.filter((value) => value > 1e-9 * answer.hankel[0]!).slice(0, 16);
  if (shown.length === 0) return <Empty title={text("train.linear.unstable")} />;
  return (
    <div className="identify-values">
      <OrderBars
        values={shown}
        within={answer.A.length}
        name={text("train.linear.hankel")}
        told={(count, value) => `${text("matrices.states", { count })}: ${written(value, 3)}`}
        onOrder={onOrder}
      />
      <p className="data-note">{text("train.linear.hankel.next")}</p>
    </div>
  );
}
