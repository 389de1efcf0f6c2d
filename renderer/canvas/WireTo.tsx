/** Wiring by keyboard: from the selected block's output, pick the input that takes it from a list. */
import { useMemo, useState } from "react";
import { PickList } from "../ui/PickList.tsx";
import { fit } from "../ui/fuzzy.ts";
import { useText } from "../ui/i18n.ts";
import { connect } from "./changes.ts";
import { portSpots, presentDrawing } from "./present.ts";
import { focusCanvas, useSession } from "./session.ts";

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly detail?: string;
  readonly from: { readonly block: string; readonly port: string };
  readonly to: { readonly block: string; readonly port: string };
}

export function WireTo() {
  const source = useSession((state) => state.wiringFrom);
  return source === undefined ? null : <Targets key={source} source={source} />;
}

function Targets({ source }: { readonly source: string }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const choices = useMemo((): Choice[] => {
    const block = presentDrawing().blocks.get(source);
    if (!block) return [];
    const outs = block.shape.ports.filter((port) => port.direction === "out" && !port.missing);
    const spots = portSpots("in").map((spot) => ({
      spot,
      free: !spot.block.wired.includes(`in:${spot.port.name}`) && !spot.port.optional,
      far: Math.hypot(spot.at.x - block.at.x, spot.at.y - block.at.y) + (spot.block.id === source ? 1e6 : 0),
    }));
    spots.sort((a, b) => Number(b.free) - Number(a.free) || a.far - b.far);
    return outs.flatMap((out) =>
      spots.map(({ spot, free }) => {
        const several = spot.block.shape.ports.filter((port) => port.direction === "in").length > 1;
        const target = several ? `${spot.block.block.name}.${spot.port.name}` : spot.block.block.name;
        return {
          key: `${out.name}>${spot.block.id}>${spot.port.name}`,
          label: outs.length > 1 ? `${out.name} → ${target}` : target,
          ...(free ? { detail: t("canvas.free") } : {}),
          from: { block: source, port: out.name },
          to: { block: spot.block.id, port: spot.port.name },
        };
      }),
    );
  }, [source, t]);
  const close = () => {
    useSession.setState({ wiringFrom: undefined });
    focusCanvas();
  };
  const shown = choices.filter(
    (choice) => fit(query, choice.label) > 0 || choice.label.toLowerCase().includes(query.toLowerCase()),
  );
  const name = presentDrawing().blocks.get(source)?.block.name ?? "";
  return (
    <div className="canvas-popup" data-centred data-testid="wire-to">
      <PickList
        label={t("canvas.wireFrom", { name })}
        placeholder={t("canvas.wireFrom", { name })}
        query={query}
        none={t("canvas.wireNone")}
        items={shown}
        onQuery={setQuery}
        onPick={(key) => {
          const choice = shown.find((candidate) => candidate.key === key);
          if (choice) connect(choice.from, choice.to);
          close();
        }}
        onClose={close}
      />
    </div>
  );
}
