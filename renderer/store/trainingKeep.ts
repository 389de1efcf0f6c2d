/** Trainings outlive a reload and a crash: the job, its last checkpoint and trained networks lie in IndexedDB, by session. */
import { tableOf } from "../host/table.ts";
import { lockName, ownSession } from "./journal.ts";
import type { Interrupted, TrainedNetwork } from "./training.ts";

interface Kept {
  readonly run?: Interrupted;
  readonly networks: readonly TrainedNetwork[];
}

const inTable = tableOf("lazo-training", "kept", { durability: "strict" });

/** The running one and the finished ones apart: checkpoints come often. */
const keys = (session: string) => ({ run: `${session} run`, networks: `${session} networks` });

export const keepRun = async (run: Interrupted | undefined): Promise<void> => {
  const { run: key } = keys(ownSession());
  if (run) await inTable("readwrite", (store) => store.put(run, key));
  else await inTable("readwrite", (store) => store.delete(key));
};

export const keepNetworks = (networks: readonly TrainedNetwork[]): Promise<IDBValidKey> =>
  inTable("readwrite", (store) => store.put(networks, keys(ownSession()).networks));

/** What this session kept; where it kept nothing, what a session that is gone did, which is taken over. */
export async function keptTraining(): Promise<Kept> {
  const session = ownSession();
  const all = (await inTable("readonly", (store) => store.getAllKeys())).map(String);
  const { held = [] } = await navigator.locks.query();
  const alive = new Set(held.map(({ name }) => name));
  const sessions = [...new Set(all.map((key) => key.split(" ")[0]!))];
  const own = sessions.includes(session) ? session : sessions.find((other) => !alive.has(lockName(other)));
  if (own === undefined) return { networks: [] };
  const of = keys(own);
  const run = await inTable<Interrupted | undefined>("readonly", (store) => store.get(of.run));
  const networks =
    (await inTable<readonly TrainedNetwork[] | undefined>("readonly", (store) => store.get(of.networks))) ?? [];
  if (own !== session) {
    await keepRun(run);
    await keepNetworks(networks);
    for (const key of Object.values(of)) await inTable("readwrite", (store) => store.delete(key));
  }
  return { ...(run && { run }), networks };
}
