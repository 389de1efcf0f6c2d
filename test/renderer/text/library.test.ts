import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blocks } from "../../../core/blocks/index.ts";
import { blocksEs } from "../../../renderer/text/blocks.ts";
import { examplesEs } from "../../../renderer/text/examples.ts";

test("every word of every block is there in Spanish, and no word of a block that is gone", () => {
  const keys = [...blocks.values()].flatMap((block) => [
    `block.${block.type}.title`,
    `block.${block.type}.summary`,
    ...Object.entries(block.params).flatMap(([name, spec]) => [
      `block.${block.type}.${name}`,
      ...(spec.help === undefined ? [] : [`block.${block.type}.${name}.help`]),
      ...(spec.kind === "choice" ? spec.of.map((choice) => `block.${block.type}.${name}.${choice}`) : []),
    ]),
  ]);
  expect(Object.keys(blocksEs).sort()).toEqual(keys.sort());
});

test("every example has a title and a description in Spanish", () => {
  const ids = readdirSync("examples")
    .filter((name) => name.endsWith(".lazo"))
    .map((name) => name.replace(/\.lazo$/, ""));
  expect(Object.keys(examplesEs).sort()).toEqual(
    ids.flatMap((id) => [`example.${id}.title`, `example.${id}.about`]).sort(),
  );
  for (const id of ids) {
    const { name, description } = JSON.parse(readFileSync(`examples/${id}.lazo`, "utf8")) as {
      name: string;
      description: string;
    };
    expect(name).not.toBe("");
    expect(description.split("\n")).toHaveLength(2);
  }
});
