/**
 * A trimmed point: what each state, input and output shall be, the search, and what it found. The numbers found can become the
 * diagram's initial values. The search itself is core/linearize's, in the worker.
 */
import { useEffect, useMemo, useState } from "react";
import type { Problem } from "../../core/ir/ir.ts";
import type { Wish, Wishes } from "../../core/linearize/trimmed.ts";
import type { Answer, Quantity, TrimmedView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useNotices } from "../store/notices.ts";
import { usePoint } from "../store/point.ts";
import type { Side, WishText, WishTexts } from "../store/point.ts";
import { problemText } from "../store/problemText.ts";
import { Button } from "../ui/Button.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { engine } from "./engine.ts";
import { withInitialStates } from "./initialStates.ts";

const sides = ["states", "inputs", "outputs"] as const;
type Quantities = Extract<Answer, { kind: "quantities" }>;

/** undefined: not a number; empty is no number but no mistake. */
const numberOf = (typed: string | undefined): number | undefined =>
  typed === undefined || typed.trim() === "" || !Number.isFinite(Number(typed)) ? undefined : Number(typed);
const isWrong = (typed: string | undefined): boolean =>
  typed !== undefined && typed.trim() !== "" && numberOf(typed) === undefined;

/** Inputs stay where they are unless somebody frees them. */
const isFixed = (side: Side, wish: WishText | undefined): boolean => wish?.fixed ?? side === "inputs";

function wishesOf(side: Side, texts: WishTexts, quantities: readonly Quantity[]): Wishes {
  const wishes: { [path: string]: Wish } = {};
  for (const { path } of quantities) {
    const typed = texts[path];
    if (!typed) continue;
    const [value, min, max] = [numberOf(typed.value), numberOf(typed.min), numberOf(typed.max)];
    wishes[path] = {
      ...(value !== undefined && { value }),
      fixed: isFixed(side, typed),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    };
  }
  return wishes;
}

export function Trim() {
  const text = useText();
  const document = useDocument((state) => state.document);
  const wishes = usePoint((point) => point.wishes);
  const set = usePoint((point) => point.set);
  const quantities = useQuantities();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [found, setFound] = useState<{ readonly of: typeof document; readonly trimmed: TrimmedView }>();
  const trimmed = found?.trimmed;
  const wrong = sides.some((side) =>
    Object.values(wishes[side]).some((wish) => isWrong(wish.value) || isWrong(wish.min) || isWrong(wish.max)),
  );

  const trim = async () => {
    if (!quantities) return;
    setBusy(true);
    const of = useDocument.getState().document;
    const spec = {
      states: wishesOf("states", wishes.states, quantities.states),
      inputs: wishesOf("inputs", wishes.inputs, quantities.inputs),
      outputs: wishesOf("outputs", wishes.outputs, quantities.outputs),
    };
    const answer = await engine().ask(of, { kind: "trim", spec });
    setBusy(false);
    setRefused(answer?.kind === "refused" ? answer.problems : []);
    if (answer?.kind !== "trimmed") return;
    setFound({ of, trimmed: answer.trimmed });
    if (!answer.trimmed.ok) return;
    const values = (all: TrimmedView["states"] | TrimmedView["inputs"]) =>
      Object.fromEntries(all.map(({ path, value }) => [path, value]));
    const { t, states, inputs } = answer.trimmed;
    set({ at: { kind: "values", values: { t, states: values(states), inputs: values(inputs) } } });
  };

  const take = () => {
    if (!trimmed) return;
    const { document: next, left } = withInitialStates(document, trimmed.states);
    useDocument.getState().edit(() => next);
    setFound({ of: next, trimmed });
    useNotices
      .getState()
      .show(
        left.length === 0
          ? { id: "trim", tone: "success", text: text("trim.taken"), expires: 4000 }
          : { id: "trim", tone: "warning", text: text("trim.takenBut", { blocks: left.join(", ") }), expires: 8000 },
      );
  };

  if (!quantities) return <p className="point-hint">{text("point.wait")}</p>;
  return (
    <div className="trim">
      <div className="trim-scroll">
        <table className="trim-table">
          <caption className="ui-hidden">{text("trim.table")}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="ui-hidden">{text("trim.name")}</span>
              </th>
              <th scope="col">{text("trim.value")}</th>
              <th scope="col">{text("trim.fixed")}</th>
              <th scope="col">{text("trim.min")}</th>
              <th scope="col">{text("trim.max")}</th>
              <th scope="col">{text("trim.found")}</th>
              <th scope="col">{text("trim.change")}</th>
            </tr>
          </thead>
          {sides.map((side) =>
            quantities[side].length === 0 ? null : (
              <tbody key={side}>
                <tr className="trim-side">
                  <th scope="rowgroup" colSpan={7}>
                    {text(`trim.${side}`)}
                  </th>
                </tr>
                {quantities[side].map((quantity) => (
                  <Row
                    key={quantity.path}
                    side={side}
                    quantity={quantity}
                    wish={wishes[side][quantity.path]}
                    found={trimmed?.[side].find(({ path }) => path === quantity.path)}
                  />
                ))}
              </tbody>
            ),
          )}
        </table>
      </div>
      <div className="trim-actions">
        {busy ? (
          <>
            <progress aria-label={text("trim.busy")} />
            <Button onClick={() => engine().giveUp()}>{text("trim.cancel")}</Button>
          </>
        ) : (
          <Button kind="primary" disabled={wrong} onClick={() => void trim()}>
            {text("trim.do")}
          </Button>
        )}
        {trimmed?.ok && (
          <Button tip={text("trim.take.tip")} onClick={take}>
            {text("trim.take")}
          </Button>
        )}
      </div>
      <Sentences problems={refused} />
      {trimmed && <Found trimmed={trimmed} old={found.of !== document} />}
    </div>
  );
}

interface RowProps {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly wish: WishText | undefined;
  readonly found: (TrimmedView["outputs"][number] & { readonly change?: number }) | undefined;
}

function Row({ side, quantity, wish, found }: RowProps) {
  const text = useText();
  const change = usePoint((point) => point.wish);
  const { path, label } = quantity;
  const number = (key: "value" | "min" | "max", placeholder: string) => (
    <td>
      <input
        className="point-number"
        aria-label={text(`trim.${key}.of`, { name: label })}
        aria-invalid={isWrong(wish?.[key])}
        inputMode="decimal"
        placeholder={placeholder}
        value={wish?.[key] ?? ""}
        onChange={(event) => change(side, path, { [key]: event.target.value })}
      />
    </td>
  );
  return (
    <tr>
      <th scope="row" title={path}>
        {label}
      </th>
      {number("value", written(quantity.value, 4))}
      <td className="trim-check">
        <input
          type="checkbox"
          aria-label={text("trim.fixed.of", { name: label })}
          checked={isFixed(side, wish)}
          onChange={(event) => change(side, path, { fixed: event.target.checked })}
        />
      </td>
      {number("min", "−∞")}
      {number("max", "∞")}
      <td className="trim-found" data-bound={found?.bound}>
        {found && written(found.value, 6)}
      </td>
      <td className="trim-change">{found?.change !== undefined && written(found.change, 2)}</td>
    </tr>
  );
}

function Found({ trimmed, old }: { readonly trimmed: TrimmedView; readonly old: boolean }) {
  const text = useText();
  const worst = useMemo(
    () => [...trimmed.residuals].sort((a, b) => Math.abs(b.scaled) - Math.abs(a.scaled)).slice(0, 5),
    [trimmed],
  );
  return (
    <div className="trim-result" role="status" data-ok={trimmed.ok}>
      <p>
        {text(trimmed.ok ? "trim.ok" : "trim.failed", {
          residual: written(trimmed.residual, 2),
          iterations: trimmed.iterations,
        })}
        {old && ` ${text("trim.old")}`}
      </p>
      <Sentences problems={trimmed.problems} />
      <details>
        <summary>{text("trim.residuals")}</summary>
        <table>
          <tbody>
            {worst.map(({ name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{written(value, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          {text("trim.jacobian", {
            equations: trimmed.jacobian.equations,
            unknowns: trimmed.jacobian.unknowns,
            rank: trimmed.jacobian.rank,
            rcond: written(trimmed.jacobian.rcond, 2),
          })}
        </p>
      </details>
    </div>
  );
}

function Sentences({ problems }: { readonly problems: readonly Problem[] }) {
  return problems.map((problem) => {
    const { message, hint } = problemText(problem);
    return (
      <p key={problem.path + message} className="trim-sentence" role="status" data-severity={problem.severity}>
        {message} {hint}
      </p>
    );
  });
}

/** Asked anew for every document that compiles; the last ones stay until the new ones are there. */
function useQuantities(): Quantities | undefined {
  const document = useDocument((state) => state.document);
  const [quantities, setQuantities] = useState<Quantities>();
  useEffect(() => {
    let here = true;
    void engine()
      .ask(document, { kind: "quantities" })
      .then((answer) => {
        if (here && answer?.kind === "quantities") setQuantities(answer);
      });
    return () => {
      here = false;
    };
  }, [document]);
  return quantities;
}
