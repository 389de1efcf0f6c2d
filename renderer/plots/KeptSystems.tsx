/** The systems kept in the Analyse tab, above its plot. */
import { changeKept, useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { useText } from "../ui/i18n.ts";
import { HeldList } from "./HeldList.tsx";
import { differences } from "./heldName.ts";
import { styleOf } from "./keptSystems.ts";

export function KeptSystems() {
  const none = useAnalysis((analysis) => analysis.kept.length === 0);
  return none ? null : <Some />;
}

function Some() {
  const text = useText();
  const kept = useAnalysis((analysis) => analysis.kept);
  const present = useDocument((state) => state.document);
  const release = (number: number) =>
    useAnalysis.setState((now) => ({ kept: now.kept.filter((one) => one.number !== number) }));
  return (
    <div className="analyse-kept">
      <HeldList
        label={text("analyse.kept")}
        endAll={() => useAnalysis.setState({ kept: [] })}
        entries={kept.map((one) => {
          const { number, hidden } = one;
          const style = styleOf(one, text);
          return {
            number,
            ...style,
            hidden,
            differences: differences(one.of, present),
            hide: () => changeKept(number, (now) => ({ ...now, hidden: !now.hidden })),
            rename: (name: string) => changeKept(number, (now) => ({ ...now, name })),
            end: { label: text("analyse.release", { name: style.name }), act: () => release(number) },
          };
        })}
      />
    </div>
  );
}
