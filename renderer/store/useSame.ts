/** Reading a part of a store that is made anew each time it is read. */
import { useRef } from "react";
import { withSame } from "./same.ts";

/** The selector, but its answer is the one before while it says the same: whoever reads that is not drawn again. */
export function useSame<State, Part>(select: (state: State) => Part): (state: State) => Part {
  const before = useRef<Part>(undefined);
  return (state) => (before.current = withSame(before.current, select(state)));
}
