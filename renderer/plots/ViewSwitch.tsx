/** Which of several plots of one result is looked at. */
import { ToggleGroup } from "radix-ui";

export function ViewSwitch<V extends string>({
  views,
  value,
  label,
  nameOf,
  onChange,
  disabled = false,
}: {
  readonly views: readonly V[];
  readonly value: V;
  readonly label: string;
  readonly nameOf: (view: V) => string;
  readonly onChange: (view: V) => void;
  readonly disabled?: boolean;
}) {
  return (
    <ToggleGroup.Root
      className="identify-views"
      type="single"
      value={value}
      disabled={disabled}
      aria-label={label}
      // A press on the chosen one would leave none.
      onValueChange={(next) => next !== "" && onChange(next as V)}
    >
      {views.map((each) => (
        <ToggleGroup.Item key={each} value={each}>
          {nameOf(each)}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
