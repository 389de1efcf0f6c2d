import { expect, test } from "vitest";
import type { Translate } from "../../../renderer/ui/i18n.ts";
import { whenText } from "../../../renderer/panels/whenText.ts";

const text: Translate = (key, values) => `${key}${values ? JSON.stringify(values) : ""}`;

test("the core's words for when a block works are said in the user's language", () => {
  expect(whenText("continuous", text)).toBe("order.continuous");
  expect(whenText("constant", text)).toBe("order.constant");
  expect(whenText("every 0.1 s", text)).toBe('order.every{"every":"0.1"}');
  expect(whenText("every 0.1 s from 0.02 s", text)).toBe('order.everyFrom{"every":"0.1","from":"0.02"}');
  expect(whenText("now and then", text)).toBe("now and then");
});
