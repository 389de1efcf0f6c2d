/** The examples that come with the program: their text and their data, each loaded when it is wanted. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import { readDocument } from "../../core/diagram/schema.ts";
import { openExample, reportOpenFailure } from "../store/session.ts";
import { textOr } from "../ui/i18n.ts";

const texts = import.meta.glob<string>("../../examples/*.lazo", { query: "?raw", import: "default" });
const tables = import.meta.glob<string>("../../examples/*.csv", { query: "?raw", import: "default" });

/** What a newcomer should see first, then topic by topic. An example that stands in none of them is listed with the last. */
const topics = [
  { topic: "first", ids: ["island", "mass-spring-damper", "pendulum"] },
  {
    topic: "control",
    ids: [
      "pid-motor",
      "cart-pendulum",
      "sampled-control",
      "delay-loop",
      "tank-level",
      "thermostat",
      "dc-motor",
      "discrete",
    ],
  },
  {
    topic: "design",
    ids: [
      "cruise-control",
      "motor-position",
      "inverted-pendulum-lqr",
      "inverted-pendulum-lqg",
      "aircraft-pitch",
      "ball-and-beam",
      "suspension",
      "island-feeding",
    ],
  },
  { topic: "estimation", ids: ["pendulum-ekf", "gps-odometer", "island-counted", "spacecraft-navigation"] },
  { topic: "dynamics", ids: ["bouncing-ball", "lorenz", "kinetics", "three-tanks"] },
  { topic: "stateSpace", ids: ["toy-car-track", "toy-car-field", "rlc", "island-classic"] },
  { topic: "data", ids: ["vibration", "nile", "airline", "bjsales"] },
] as const;
export type Topic = (typeof topics)[number]["topic"];

const idOf = (path: string): string => path.replace(/^.*\//, "").replace(/\.lazo$/, "");
const exampleIds: ReadonlySet<string> = new Set(Object.keys(texts).map(idOf).sort());

export const exampleTopics: readonly { readonly topic: Topic; readonly ids: readonly string[] }[] = topics.map(
  ({ topic, ids }, k) => {
    const own: readonly string[] = ids;
    const rest =
      k === topics.length - 1
        ? [...exampleIds].filter((id) => !topics.some((one) => (one.ids as readonly string[]).includes(id)))
        : [];
    return { topic, ids: [...own.filter((id) => exampleIds.has(id)), ...rest] };
  },
);

const load = async (id: string): Promise<string | undefined> => texts[`../../examples/${id}.lazo`]?.();

/** The drawing of an example, for its card. */
export async function exampleDocument(id: string): Promise<LazoDocument | undefined> {
  const text = await load(id);
  const read = text === undefined ? undefined : readDocument(text);
  return read?.ok ? read.document : undefined;
}

/** False where there is no such example: an address may say anything. */
export async function openExampleById(id: string): Promise<boolean> {
  if (!exampleIds.has(id)) return false;
  try {
    const text = await load(id);
    if (text === undefined) return false;
    await openExample({ id, text, data: async (name) => tables[`../../examples/${name}`]?.() });
    return true;
  } catch (error) {
    reportOpenFailure(error, `${id}.lazo`);
    return false;
  }
}

export const exampleTitle = (id: string, document: LazoDocument | undefined): string =>
  textOr(`example.${id}.title`, document?.name ?? id);
export const exampleAbout = (id: string, document: LazoDocument | undefined): string =>
  textOr(`example.${id}.about`, document?.description ?? "");

/** "#example=island" in the address: for links, and for tests. */
export const exampleInAddress = (): string | undefined => /^#example=([\w-]+)$/.exec(location.hash)?.[1];
