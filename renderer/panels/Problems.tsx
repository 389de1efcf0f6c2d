/** Everything that is wrong with the diagram and its last run: where, why, and what to do. A click goes to the place. */
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import type { Problem } from "../../core/ir/ir.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { useMoment } from "../store/moment.ts";
import { placeOf } from "../store/places.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import type { ResultsState } from "../store/results.ts";
import { withSame } from "../store/same.ts";
import { useSelection } from "../store/selection.ts";
import { Empty } from "../ui/Empty.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import "./problems.css";

/** Of the diagram and of the run, each once, errors first. Needless states are no mistake in a drawing: they stand beside the matrices. */
export function allProblems({ compiled, run }: Pick<ResultsState, "compiled" | "run">): readonly Problem[] {
  const seen = new Set<string>();
  const all = [...(compiled?.problems ?? []), ...(compiled?.ok === false ? [] : (run?.result.problems ?? []))].filter(
    (problem) => {
      const key = JSON.stringify([problem.code, problem.path, problem.field, problem.message]);
      return !seen.has(key) && seen.add(key);
    },
  );
  return [...all.filter((p) => p.severity === "error"), ...all.filter((p) => p.severity !== "error")];
}

let last: { readonly of: readonly unknown[]; readonly all: readonly Problem[] } = { of: [], all: [] };

/** The same list as long as it says the same. */
export const useAllProblems = (): readonly Problem[] =>
  useResults((results) => {
    const of = [results.compiled?.ok, results.compiled?.problems, results.run?.result.problems];
    if (of.some((part, k) => part !== last.of[k])) last = { of, all: withSame(last.all, allProblems(results)) };
    return last.all;
  });

export function Problems() {
  const text = useText();
  const fault = useResults((results) => results.error);
  const document = useDocument((state) => state.document);
  const problems = useAllProblems();

  if (problems.length === 0 && fault === undefined) {
    return (
      <Empty icon={<CircleCheck size={22} />} title={text("problems.none")}>
        {text("problems.none.next")}
      </Empty>
    );
  }
  return (
    <ul className="problems" aria-label={text("dock.problems")}>
      {fault !== undefined && (
        <li className="problems-fault">
          <CircleX size={15} aria-hidden="true" />
          <span>
            {text("problems.fault")} <code>{fault}</code>
          </span>
        </li>
      )}
      {problems.map((problem) => {
        const { message, hint } = problemText(problem);
        return (
          <li key={JSON.stringify([problem.code, problem.path, problem.field, problem.message])}>
            <button
              type="button"
              className="problems-item"
              data-severity={problem.severity}
              onClick={() => reveal(document, problem)}
            >
              {problem.severity === "error" ? <CircleX size={15} /> : <TriangleAlert size={15} />}
              <span className="ui-hidden">
                {text(problem.severity === "error" ? "problems.error" : "problems.warning")}
              </span>
              <span className="problems-place">{placeName(document, problem, text)}</span>
              <span className="problems-text">
                {message}
                {hint !== undefined && <span className="problems-hint">{hint}</span>}
              </span>
              {problem.time !== undefined && <span className="problems-time">t = {written(problem.time)} s</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function placeName(document: LazoDocument, problem: Problem, text: Translate): string {
  const place = placeOf(document, problem.path);
  switch (place.kind) {
    case "block":
      return place.path;
    case "wire":
      return `${place.path}${place.from} → ${place.to}`;
    case "variable":
      return place.name;
    case "run":
      return text("problems.run");
    case "none":
      return problem.path === "" ? text("problems.diagram") : problem.path;
  }
}

/** Brings the place into view and, where a field is to blame, puts the cursor into it. */
function reveal(document: LazoDocument, problem: Problem): void {
  const place = placeOf(document, problem.path);
  const selection = useSelection.getState();
  const { focusField } = useField.getState();
  if (problem.time !== undefined) useMoment.getState().pick(problem.time);
  if (place.kind === "block") {
    selection.revealBlock(place.block.id);
    if (problem.field !== undefined) focusField(place.block.id, problem.field);
  } else if (place.kind === "wire") {
    selection.revealWire(place.wire.id);
    focusField(place.wire.id, problem.field ?? "gain");
  } else if (place.kind !== "none") {
    selection.clear();
    focusField("sheet", place.kind === "variable" ? `variable:${place.name}` : `run.${place.setting}`);
  }
}
