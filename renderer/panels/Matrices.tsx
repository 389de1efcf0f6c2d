/** A, B, C, D of the diagram as it is drawn, with what they say at a glance: size, poles, stability, exact or linearized. */
import { Brackets } from "lucide-react";
import { useEffect } from "react";
import type { Problem } from "../../core/ir/ir.ts";
import type { CompiledView, MatrixView, PointRequest } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { usePoint } from "../store/point.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { Empty } from "../ui/Empty.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { usePointed } from "./litEntries.ts";
import { MatrixTable } from "./MatrixTable.tsx";
import { PointForm } from "./PointForm.tsx";
import { polesText, stabilityOf } from "./poles.ts";
import "./matrices.css";

/** `beside`: next to the plots, where it needs a heading of its own. */
export function Matrices({ beside = false }: { readonly beside?: boolean }) {
  const compiled = useResults((results) => results.compiled);
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  // Lights must not outlive the panel that set them.
  useEffect(() => () => useSelection.getState().setHighlight(undefined), []);

  const shown = usePoint((point) => point.shown);
  const kind = usePoint((point) => point.at.kind);
  const body = <Body beside={beside} compiled={compiled} drawn={drawn} kind={kind} />;
  if (beside || !shown || !compiled?.ok) return body;
  return (
    <div className="matrices-two">
      <PointForm />
      {body}
    </div>
  );
}

interface BodyProps {
  readonly beside: boolean;
  readonly compiled: CompiledView | undefined;
  readonly drawn: boolean;
  readonly kind: PointRequest["at"]["kind"];
}

function Body({ beside, compiled, drawn, kind }: BodyProps) {
  const text = useText();
  const pointed = usePointed();
  const sized =
    compiled && compiled.counts.states + compiled.counts.inputs + compiled.counts.outputs + matrixSize(compiled) > 0;
  if (!compiled?.matrices || !sized) {
    const key =
      !drawn || (compiled?.ok && !sized) ? "empty" : compiled?.ok === false ? "broken" : compiled ? "none" : "wait";
    const [why] = key === "none" ? (compiled?.linearProblems ?? []) : [];
    const said = why && problemText(why);
    return (
      <Empty icon={<Brackets size={22} />} title={text(`matrices.${key}`)}>
        {said ? `${said.message} ${said.hint ?? ""}` : text(`matrices.${key}.next`)}
      </Empty>
    );
  }
  return (
    <section className="matrices" aria-label={text("dock.matrices")}>
      <p className="matrices-summary">
        {beside && <strong>{text("dock.matrices")}</strong>}
        {summary(compiled, kind, text).map((part) => (
          <span key={part.text} className={part.tone && `matrices-${part.tone}`}>
            {part.text}
          </span>
        ))}
      </p>
      <Limits problems={[...compiled.linearProblems, ...(compiled.needless ?? [])]} />
      <div className="matrices-all">
        {[
          ["A", "B"],
          ["C", "D"],
        ].map((pair) => (
          <div className="matrices-pair" key={pair[0]}>
            {compiled.matrices
              ?.filter((matrix) => pair.includes(matrix.name))
              .map((matrix) => (
                <MatrixTable key={matrix.name} matrix={matrix} pointed={pointed} />
              ))}
          </div>
        ))}
      </div>
    </section>
  );
}

/** What the matrices leave out, in a line each; the blocks concerned are named in it. */
function Limits({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="matrices-limits">
      {problems.map((problem) => {
        const { message, hint } = problemText(problem);
        return (
          <li key={problem.path + message} title={hint}>
            {message} {problem.code.startsWith("MODE_") && hint}
          </li>
        );
      })}
    </ul>
  );
}

interface Part {
  readonly text: string;
  readonly tone?: string;
}

const matrixSize = ({ matrices }: CompiledView): number =>
  (matrices ?? []).reduce((sum, { rows, cols }) => sum + rows.length + cols.length, 0);

function summary(view: CompiledView, kind: PointRequest["at"]["kind"], text: Translate): Part[] {
  const { matrices, eigenvalues, time, exact, t = 0 } = view;
  const size = (name: MatrixView["name"], side: "rows" | "cols") =>
    matrices?.find((matrix) => matrix.name === name)?.[side].length ?? 0;
  const parts: Part[] = [
    {
      text: [
        text("matrices.states", { count: size("A", "rows") }),
        text("matrices.inputs", { count: size("B", "cols") }),
        text("matrices.outputs", { count: size("C", "rows") }),
      ].join(", "),
    },
  ];
  if (time?.kind === "discrete") parts.push({ text: text("matrices.discrete", { period: written(time.period) }) });
  if (eigenvalues && time) {
    if (eigenvalues.length > 0) parts.push({ text: text("matrices.poles", { poles: polesText(eigenvalues) }) });
    const stability = stabilityOf(eigenvalues, time);
    parts.push({ text: text(`matrices.${stability}`), tone: stability });
  }
  if (exact === false)
    parts.push({
      text: kind === "values" ? text("matrices.atTrim") : text("matrices.linearized", { t: written(t) }),
      tone: "linearized",
    });
  return parts;
}
