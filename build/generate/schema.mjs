/** The JSON Schema of a diagram's file, for other programs: from the shape that reading it checks (core/diagram/shape.ts). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import * as z from "zod/mini";

/** @param {string} root */
export async function files(root) {
  const source = readFileSync(join(root, "core", "diagram", "shape.ts"), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  // Its one import is zod: by its address, it can be loaded from where no file is.
  const module = outputText.replace(/from "zod\/mini"/, `from ${JSON.stringify(import.meta.resolve("zod/mini"))}`);
  const { documentShape } = await import(`data:text/javascript;base64,${Buffer.from(module).toString("base64")}`);
  const schema = {
    title: "Lazo diagram",
    description:
      "A diagram of blocks and wires as Lazo saves it (.lazo). Unknown fields are kept. Ids are unique in the whole document.",
    ...z.toJSONSchema(documentShape, { io: "input" }),
  };
  return [{ path: "core/diagram/lazo.schema.json", text: `${JSON.stringify(schema, undefined, 2)}\n` }];
}
