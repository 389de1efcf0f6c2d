/** Values that fall with the order, as bars on a logarithmic scale; one is clicked to ask for that order. */
import "./orderBars.css";

interface OrderBarsProps {
  /** Positive, the largest first. */
  readonly values: readonly number[];
  /** How many of them the model has. */
  readonly within: number;
  readonly name: string;
  readonly told: (order: number, value: number) => string;
  readonly onOrder: (order: number) => void;
}

export function OrderBars({ values, within, name, told, onOrder }: OrderBarsProps) {
  const most = Math.log10(Math.max(...values));
  const least = Math.min(Math.log10(Math.min(...values)), most - 1);
  return (
    <div className="order-bars" role="group" aria-label={name} data-many={values.length > 9}>
      {values.map((value, k) => {
        const order = k + 1;
        const label = told(order, value);
        // The least is still seen.
        const height = 4 + (96 * (Math.log10(value) - least)) / (most - least);
        return (
          <button
            type="button"
            key={order}
            data-within={k < within}
            aria-label={label}
            title={label}
            onClick={() => onOrder(order)}
          >
            <svg preserveAspectRatio="none" viewBox="0 0 1 100" aria-hidden="true">
              <rect x="0" width="1" y={100 - height} height={height} />
            </svg>
            <span data-tick={order === 1 || order % 5 === 0}>{order}</span>
          </button>
        );
      })}
    </div>
  );
}
