import { createElement, useState } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { useSame } from "../../../renderer/store/useSame.ts";

interface Answers {
  readonly poles: readonly number[];
}

/** A component that is drawn once for each state; what it reads each time. */
function reading(states: readonly Answers[]): (readonly number[])[] {
  const read: (readonly number[])[] = [];
  function Reader(): null {
    const [k, draw] = useState(0);
    const select = useSame(({ poles }: Answers) => poles.map((p) => 2 * p));
    read.push(select(states[k]!));
    if (k + 1 < states.length) draw(k + 1);
    return null;
  }
  renderToString(createElement(Reader));
  return read;
}

test("what is made anew but says the same is what was read at the last drawing; what says something else is new", () => {
  const [first, second, third, fourth] = reading([
    { poles: [1, 2] },
    { poles: [1, 2] },
    { poles: [1, 3] },
    { poles: [1, 2] },
  ]);
  expect(first).toEqual([2, 4]);
  expect(second).toBe(first);
  expect(third).toEqual([2, 6]);
  expect(fourth).toEqual([2, 4]);
});

test("two readers of one store do not see one another's answers", () => {
  const one: Answers = { poles: [1] };
  const [mine] = reading([one]);
  const [other] = reading([one]);
  expect(other).toEqual(mine);
  expect(other).not.toBe(mine);
});
