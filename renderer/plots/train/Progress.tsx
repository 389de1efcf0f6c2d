/** How far a training is, and the buttons that hold it, let it go on and end it. */
import { Pause, Play, Square } from "lucide-react";
import { goOnTraining, pauseTraining, stopTraining } from "../../engine/trainClient.ts";
import type { TrainDevice } from "../../engine/trainProtocol.ts";
import type { Run } from "../../store/training.ts";
import { Button } from "../../ui/Button.tsx";
import { written } from "../../ui/figures.ts";
import { useText, type Translate } from "../../ui/i18n.ts";

function deviceText(device: TrainDevice, text: Translate): string {
  if (device.kind === "gpu") return text("train.on.gpu", { name: device.name });
  return device.why === undefined ? text("train.on.cpu") : text("train.on.cpuAfter", { why: device.why });
}

export function Progress({ run }: { readonly run: Run }) {
  const text = useText();
  const { phase, share, paused, job, losses, rate, device } = run;
  const said = paused ? "train.phase.paused" : (`train.phase.${phase}` as const);
  return (
    <div className="train-progress">
      <progress max={1} value={share} aria-label={text(said)} />
      <p className="data-note" role="status">
        {text(said)}
        {phase === "training" &&
          ` ${text("train.step", { step: losses.at(-1)?.step ?? 0, steps: job.steps, rate: written(rate, 2) })}`}
      </p>
      {device && <p className="data-note">{deviceText(device, text)}</p>}
      <div className="data-actions">
        {paused ? (
          <Button icon={<Play size={13} />} onClick={goOnTraining}>
            {text("train.goOn")}
          </Button>
        ) : (
          <Button icon={<Pause size={13} />} onClick={pauseTraining}>
            {text("train.pause")}
          </Button>
        )}
        <Button icon={<Square size={13} />} onClick={stopTraining}>
          {text("train.stop")}
        </Button>
      </div>
    </div>
  );
}
