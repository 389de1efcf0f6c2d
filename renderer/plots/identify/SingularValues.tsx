/** Of the identified model: how far the data speak for each order; one is clicked to ask for it. */
import type { IdentifiedModel } from "../../engine/dataProtocol.ts";
import { setIdentify } from "../../store/identified.ts";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { OrderBars } from "../OrderBars.tsx";

export function SingularValues({
  model,
  values,
}: {
  readonly model: IdentifiedModel;
  readonly values: readonly number[];
}) {
  const text = useText();
  return (
    <div className="identify-values">
      <OrderBars
        values={values.slice(0, 20).filter((value) => value > 0)}
        within={model.order}
        name={text("identify.view.values")}
        told={(order, value) => text("identify.bar", { order, value: written(value, 3) })}
        onOrder={(order) => setIdentify({ order })}
      />
      <p className="data-note">
        {text("identify.suggested", { order: model.suggested ?? model.order, present: model.order })}
      </p>
    </div>
  );
}
