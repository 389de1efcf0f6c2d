import { readFileSync } from "node:fs";
import { readDocument } from "./core/diagram/schema.ts"; import { compile } from "./core/compile/compile.ts"; import { accelerate } from "./core/emit/wasm/accelerate.ts"; import { simulate } from "./core/sim/simulate.ts"; import { runSettings } from "./core/diagram/runSettings.ts";
const read=readDocument(readFileSync("/tmp/delay.lazo","utf8")); if(!read.ok) throw 1;
const rs:any=(runSettings as any)(read.document, false); const SETTINGS:any=rs.settings??rs; console.log(JSON.stringify(rs).slice(0,300));
const c=compile(read.document); if(!c.ok) throw new Error(c.problems[0].message);
for (let i=0;i<4;i++){ const t0=process.cpuUsage(); const r=simulate(accelerate(c.model).engine, c.model.ir, SETTINGS); const d=process.cpuUsage(t0); console.log(r.status,(d.user/1000).toFixed(0)+" ms", r.solver??"", JSON.stringify(r.counts),JSON.stringify(r.method));  }
