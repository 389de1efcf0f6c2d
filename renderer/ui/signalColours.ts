/** Colours of signals: the same signal has the same one in wire, legend, plot and table. Eight, then they begin again. */

const count = 8;

/** For style and SVG: follows the theme by itself. */
export const signalColour = (index: number): string => `var(--signal-${(index % count) + 1})`;

/** For a 2D canvas, which knows no variables: the value of a token now. Ask again when the theme changes. */
export const tokenValue = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(token).trim();

export const signalColourValue = (index: number): string => tokenValue(`--signal-${(index % count) + 1}`);
