/** Which attached file of weights a block runs, and what kind of network it holds, in words. */
import { numbersIn, weightsIn } from "../../core/diagram/attached.ts";
import type { Learned } from "../../core/learn/weightFile.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { AttachedField, useAttached, type FileFieldProps } from "./AttachedField.tsx";

export function WeightsField(props: FileFieldProps) {
  const text = useText();
  const attached = useAttached(props.value);
  const read = attached === undefined ? undefined : weightsIn(props.value!.trim(), attached);
  return (
    <AttachedField
      {...props}
      fits={(name) => /\.json$/i.test(name)}
      attach={text("inspector.weights.attach")}
      without={text("inspector.weights.none")}
    >
      {read?.ok &&
        factsOf(read.learned, text).map((fact) => (
          <p className="inspector-found" key={fact}>
            {fact}
          </p>
        ))}
    </AttachedField>
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
