/** Shows the form of the operating point; copies A, B, C, D in the notation of wherever they go next. */
import { Copy, Crosshair } from "lucide-react";
import { printMatrices } from "../../core/emit/matrices.ts";
import type { CompiledView, MatrixView } from "../engine/protocol.ts";
import { entryAt } from "../store/entryAt.ts";
import { useNotices } from "../store/notices.ts";
import { usePoint } from "../store/point.ts";
import { useResults } from "../store/results.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuItem } from "../ui/Menu.tsx";

const notations = [
  { format: "text", name: "matrices.text" },
  { format: "latex", name: "LaTeX" },
  { format: "matlab", name: "MATLAB" },
  { format: "python", name: "Python" },
  { format: "json", name: "JSON" },
] as const;

/** About 20 MB of text. */
const mostCopied = 1e6;

export function MatricesTools() {
  const text = useText();
  const compiled = useResults((results) => results.compiled);
  const show = useNotices((notices) => notices.show);
  const printable = compiled && systemOf(compiled);
  const pointShown = usePoint((point) => point.shown);
  const setPoint = usePoint((point) => point.set);
  const copy = async (format: (typeof notations)[number]["format"], name: string) => {
    if (!printable) return;
    const entries = (printable.x.length + printable.y.length) * (printable.x.length + printable.u.length);
    if (entries > mostCopied) {
      show({ id: "copied", tone: "error", text: text("matrices.tooManyToCopy", { count: entries }), expires: 9000 });
      return;
    }
    try {
      await navigator.clipboard.writeText(printMatrices(printable, format));
      show({ id: "copied", tone: "success", text: text("matrices.copied", { format: name }), expires: 2500 });
    } catch {
      show({ id: "copied", tone: "error", text: text("matrices.notCopied"), expires: 6000 });
    }
  };
  if (!compiled?.ok) return null;
  return (
    <div className="matrices-tools">
      <Button
        kind="quiet"
        icon={<Crosshair size={15} />}
        tip={text("point.tip")}
        aria-pressed={pointShown}
        onClick={() => setPoint({ shown: !pointShown })}
      >
        {text("point.title")}
      </Button>
      {printable && (
        <Menu
          align="end"
          trigger={
            <Button kind="quiet" icon={<Copy size={15} />}>
              {text("matrices.copy")}
            </Button>
          }
        >
          {notations.map(({ format, name }) => {
            const shown = name === "matrices.text" ? text(name) : name;
            return (
              <MenuItem key={format} onSelect={() => void copy(format, shown)}>
                {shown}
              </MenuItem>
            );
          })}
        </Menu>
      )}
    </div>
  );
}

/** The view read as the system it shows. */
function systemOf({ matrices, time }: CompiledView): Parameters<typeof printMatrices>[0] | undefined {
  const of = (name: MatrixView["name"]) => matrices?.find((matrix) => matrix.name === name);
  const [A, B, C, D] = [of("A"), of("B"), of("C"), of("D")];
  if (!A || !B || !C || !D || !time) return undefined;
  const entries = (matrix: MatrixView) => ({ get: (row: number, col: number) => entryAt(matrix, row, col) });
  return { A: entries(A), B: entries(B), C: entries(C), D: entries(D), time, x: A.rows, u: B.cols, y: C.rows };
}
