/** A drawing in a block. Its ports are the In, Out, Enable and Trigger blocks in it (diagram/ports.ts); the compiler takes it apart. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "subsystem",
  version: 1,
  category: "structure",
  title: "Subsystem",
  summary: "A drawing of its own in one block, with ports and parameters.",
  aliases: ["group", "hierarchy", "nested", "mask", "submodel", "subsistema", "grupo", "jerarquía", "submodelo"],
  params: {},
  ports: {},
  equations: () => ({}),
  glyph: { shape: "box", curve: "M1 4h7v8H1zM16 4h7v8h-7zM8 8h8", size: [14, 8] },
});
