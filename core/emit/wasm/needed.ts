/** Which steps something needs between events, in an order that keeps what belongs together close. */
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import type { Ir, Step } from "../../ir/ir.ts";

/** Latches and loops that samples close are held between events. */
const atEventsOnly = (step: Step): boolean => step.do === "latch" || (step.do === "solve" && step.task !== undefined);

/** Everything that is computed while modes and samples are held. */
export const betweenEvents = (ir: Ir): Step[] => ir.algebra.filter((step) => !atEventsOnly(step));

/** Walks steps from what they are needed for: give it slots, get the steps not given before, arguments first. */
export function createNeeds(ir: Ir): (slots: readonly number[]) => Step[] {
  const writer = new Map<number, Step>();
  for (const step of betweenEvents(ir)) for (const slot of slotsWritten(step)) writer.set(slot, step);
  const done = new Set<Step>();
  return (slots) => {
    const order: Step[] = [];
    // Pairs of a step and how many of the slots it reads have been seen to: no recursion, chains may be long.
    const stack: { readonly step: Step | undefined; readonly reads: readonly number[]; at: number }[] = [
      { step: undefined, reads: slots, at: 0 },
    ];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top.at < top.reads.length) {
        const step = writer.get(top.reads[top.at++]!);
        if (!step || done.has(step)) continue;
        done.add(step);
        stack.push({ step, reads: slotsRead(step), at: 0 });
      } else {
        if (top.step) order.push(top.step);
        stack.pop();
      }
    }
    return order;
  };
}
