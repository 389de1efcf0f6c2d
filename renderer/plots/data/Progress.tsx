/** How far a file has been read, and a way to stop. */
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { count } from "./words.ts";

interface ProgressProps {
  readonly name: string;
  readonly fraction: number;
  readonly rows: number;
  readonly onCancel?: () => void;
}

export function Progress({ name, fraction, rows, onCancel }: ProgressProps) {
  const text = useText();
  const percent = Math.floor(100 * fraction);
  return (
    <div className="data-progress">
      <p>{text("data.reading", { name, percent, rows: count(rows) })}</p>
      <progress max={1} value={fraction} aria-label={text("data.reading", { name, percent, rows: count(rows) })} />
      {onCancel && <Button onClick={onCancel}>{text("data.cancel")}</Button>}
    </div>
  );
}
