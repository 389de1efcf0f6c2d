/** The networks trained so far; the chosen one beside filters that know the plant, and what can be done with it. */
import { Box, Download, X } from "lucide-react";
import { learnedBlocks, putWeights } from "../../../core/diagram/learnedBlocks.ts";
import { placeLearned } from "../../../core/diagram/placeLearned.ts";
import { forgetNetwork } from "../../engine/trainClient.ts";
import { useDocument } from "../../store/document.ts";
import { useNotices } from "../../store/notices.ts";
import { useResults } from "../../store/results.ts";
import { exportText } from "../../store/session.ts";
import { shownTrail } from "../../store/sheet.ts";
import { useTraining, type TrainedNetwork } from "../../store/training.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { written } from "../../ui/figures.ts";
import { useText, type Translate } from "../../ui/i18n.ts";
import { signalColour } from "../../ui/signalColours.ts";
import { trainFaultText } from "./trainFaultText.ts";
import { kindNames } from "./TrainForm.tsx";
import { whoColours } from "./TrainPlots.tsx";

const decibels = (mse: number): string => written(10 * Math.log10(mse), 3);

const networkName = ({ number, job }: TrainedNetwork): string => `${number}: ${kindNames[job.kind]}`;
function noteOf({ job, name, result }: TrainedNetwork, text: Translate): string {
  const own = result.judged.find(({ who }) => who === "learned")?.mse ?? [];
  return [
    text("train.note", {
      ...{ kind: kindNames[job.kind], numbers: result.numbers, from: name },
      ...{ given: job.given.join(", "), sought: job.sought.join(", ") },
    }),
    ...(job.ahead > 0 ? [text("train.note.ahead", { ahead: job.ahead })] : []),
    text("train.note.step", { step: result.bestStep, validation: written(result.validation, 3) }),
    text("train.note.test", { tests: result.tests, mse: own.map(decibels).join(", ") }),
    ...(result.begun === undefined ? [] : [text("train.note.begun", { distance: written(result.begun, 2) })]),
  ].join("\n");
}

export function Networks() {
  const text = useText();
  const networks = useTraining((state) => state.networks);
  const number = useTraining((state) => state.chosen);
  const chosen = networks.find((one) => one.number === number);
  if (networks.length === 0) return null;
  return (
    <section className="identify-models train-networks" aria-label={text("train.networks")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text("train.network")}</th>
            <th scope="col">{text("train.sought")}</th>
            <th scope="col" title={text("train.validation.help")}>
              {text("train.validation")}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {networks.map((one) => (
            <tr key={one.number} aria-selected={one === chosen}>
              <th scope="row">
                <button type="button" onClick={() => useTraining.setState({ chosen: one.number })}>
                  {networkName(one)}
                </button>
              </th>
              <td className="train-cut" title={one.job.sought.join(", ")}>
                {one.job.sought.join(", ")}
              </td>
              <td>{written(one.result.validation, 3)}</td>
              <td>
                <IconButton
                  label={text("train.forget", { name: networkName(one) })}
                  icon={<X size={13} />}
                  onClick={() => forgetNetwork(one.number)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {chosen && <Chosen one={chosen} />}
    </section>
  );
}

function Chosen({ one }: { readonly one: TrainedNetwork }) {
  const text = useText();
  const widths = useResults((state) => state.compiled?.widths);
  const { job, result, name } = one;
  const own = `${kindNames[job.kind]} ${job.sought.length === 1 ? job.sought[0]!.split(/[./]/).at(-1)! : name}`.slice(
    0,
    40,
  );
  const place = () => {
    const { period } = JSON.parse(result.text) as { readonly period?: number };
    const network = {
      name: own,
      text: result.text,
      period: period ?? 1,
      note: noteOf(one, text),
      given: job.source.kind === "plant" ? job.given : [],
    };
    useDocument
      .getState()
      .edit((document) => placeLearned(document, network, new Map(Object.entries(widths ?? {})), shownTrail()));
    useNotices
      .getState()
      .show({ id: "placed", tone: "success", text: text("train.placed", { name: own }), expires: 4000 });
  };
  const { begin } = job;
  const block = useDocument((state) =>
    begin.kind === "block" ? learnedBlocks(state.document).find(({ id }) => id === begin.id)?.name : undefined,
  );
  const put = () => {
    if (begin.kind !== "block" || block === undefined) return;
    const { period } = JSON.parse(result.text) as { readonly period?: number };
    useDocument.getState().edit((document) => putWeights(document, begin.id, block, result.text, period ?? 1));
    useNotices
      .getState()
      .show({ id: "placed", tone: "success", text: text("train.put.done", { name: block }), expires: 4000 });
  };
  const best = (o: number) => Math.min(...result.judged.map(({ mse }) => mse?.[o] ?? Infinity));
  return (
    <>
      <table className="train-judged">
        <caption>{text("train.judged", { tests: result.tests })}</caption>
        <thead>
          <tr>
            <td />
            {job.sought.map((path) => (
              <th scope="col" key={path} title={path}>
                {path.split(/[./]/).at(-1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {result.judged.map(({ who, mse }) => (
            <tr key={who}>
              <th scope="row" title={text(`train.who.${who}.help`)}>
                <i
                  style={{ background: whoColours[who] === undefined ? "transparent" : signalColour(whoColours[who]) }}
                />
                {who === "learned" ? kindNames[job.kind] : text(`train.who.${who}`)}
              </th>
              {job.sought.map((path, o) => (
                <td
                  key={path}
                  data-best={mse !== undefined && mse[o] === best(o)}
                  title={
                    mse
                      ? text("train.mse", {
                          mse: written(mse[o]!, 4),
                          share: written((100 * mse[o]!) / result.spread[o]!, 3),
                        })
                      : ""
                  }
                >
                  {mse ? decibels(mse[o]!) : text("train.failed")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {result.withoutFilters && (
        <p className="data-note">
          {text("train.withoutFilters", {
            why: trainFaultText({ ok: false, code: "PROBLEMS", problems: result.withoutFilters }),
          })}
        </p>
      )}
      <div className="data-actions">
        {block !== undefined && (
          <Button kind="primary" onClick={put}>
            {text("train.put", { name: block })}
          </Button>
        )}
        <Button icon={<Box size={14} />} onClick={place}>
          {text("train.place")}
        </Button>
        <Button icon={<Download size={14} />} onClick={() => void exportText(`${own}.weights.json`, result.text)}>
          {text("train.save")}
        </Button>
      </div>
      <p className="data-note identify-note">{noteOf(one, text)}</p>
    </>
  );
}
