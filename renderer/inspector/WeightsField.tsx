/** Which attached file of weights a block runs, and what kind of network it holds, in words. */
import { FilePlus2 } from "lucide-react";
import { numbersIn, weightsIn } from "../../core/diagram/attached.ts";
import type { Learned } from "../../core/learn/weightFile.ts";
import { useDocument } from "../store/document.ts";
import { attachPicked } from "../store/session.ts";
import { Button } from "../ui/Button.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import type { FileFieldProps } from "./DataField.tsx";

export function WeightsField({ value, onEdit, problem, ...rest }: FileFieldProps) {
  const text = useText();
  const data = useDocument((state) => state.document.data) ?? {};
  const file = value?.trim() ?? "";
  const attached = Object.hasOwn(data, file);
  const read = attached ? weightsIn(file, data[file]!) : undefined;
  const attach = async () => {
    const name = await attachPicked(file !== "" && !attached ? file : undefined);
    if (name !== undefined) onEdit(name);
  };
  return (
    <div className="inspector-data">
      <ChoiceField
        {...rest}
        value={file === "" ? undefined : file}
        problem={problem}
        of={Object.keys(data)
          .filter((name) => /\.json$/i.test(name))
          .map((name) => ({ value: name, label: name }))}
        onEdit={onEdit}
      />
      <Button icon={<FilePlus2 size={14} />} onClick={() => void attach()}>
        {text(file !== "" && !attached ? "inspector.data.find" : "inspector.weights.attach")}
      </Button>
      {read?.ok &&
        factsOf(read.learned, text).map((fact) => (
          <p className="inspector-found" key={fact}>
            {fact}
          </p>
        ))}
    </div>
  );
}

const kinds = { linear: "linear", s4: "S4", s4d: "S4D", dss: "DSS", s5: "S5", mamba: "Mamba" } as const;

function factsOf(learned: Learned, text: Translate): readonly string[] {
  const { spec, inputNames, outputNames, ahead, period } = learned;
  const size = {
    kind: kinds[spec.kind],
    layers: spec.layers,
    width: spec.width,
    states: spec.states,
    count: numbersIn(learned),
  };
  return [
    text(spec.form === "filter" ? "inspector.weights.filter" : "inspector.weights.size", size),
    text("inspector.weights.signals", { inputs: inputNames.join(", "), outputs: outputNames.join(", ") }),
    ...(ahead === 0 ? [] : [text("inspector.weights.ahead", { ahead })]),
    ...(period === undefined ? [] : [text("inspector.weights.period", { period: written(period, 6) })]),
  ];
}
