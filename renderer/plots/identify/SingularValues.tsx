/** Bars on a logarithmic scale; one is clicked to ask for that order. */
import type { IdentifiedModel } from "../../engine/dataProtocol.ts";
import { setIdentify } from "../../store/identified.ts";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";

export function SingularValues({
  model,
  values,
}: {
  readonly model: IdentifiedModel;
  readonly values: readonly number[];
}) {
  const text = useText();
  const shown = values.slice(0, 20).filter((value) => value > 0);
  const most = Math.log10(Math.max(...shown));
  const least = Math.min(Math.log10(Math.min(...shown)), most - 1);
  return (
    <div className="identify-values">
      <div className="identify-bars" role="group" aria-label={text("identify.view.values")}>
        {shown.map((value, k) => (
          <button
            type="button"
            key={k}
            data-within={k < model.order}
            aria-label={text("identify.bar", { order: k + 1, value: written(value, 3) })}
            title={text("identify.bar", { order: k + 1, value: written(value, 3) })}
            onClick={() => setIdentify({ order: k + 1 })}
          >
            <svg preserveAspectRatio="none" viewBox="0 0 1 100" aria-hidden="true">
              <rect x="0" width="1" {...barOf((Math.log10(value) - least) / (most - least))} />
            </svg>
            <span>{k + 1}</span>
          </button>
        ))}
      </div>
      <p className="data-note">
        {text("identify.suggested", { order: model.suggested ?? model.order, present: model.order })}
      </p>
    </div>
  );
}

/** From 0 to 1; the least is still seen. */
function barOf(share: number): { readonly y: number; readonly height: number } {
  const height = 4 + 96 * share;
  return { y: 100 - height, height };
}
