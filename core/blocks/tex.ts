/**
 * Small expressions as users type them, turned into TeX for the face of a block. What is long or unusual comes back as
 * the fallback: a block's face is a reminder, the inspector shows the whole.
 */

const GREEK = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega " +
    "Gamma Delta Theta Lambda Sigma Phi Psi Omega"
  ).split(" "),
);
const LONGEST = 18;

function name(word: string): string {
  const [, letters = word, index = ""] = /^([A-Za-z]+)_?(\w*)$/.exec(word) ?? [];
  const stem = letters.length === 1 ? letters : GREEK.has(letters) ? `\\${letters}` : `\\mathrm{${letters}}`;
  return index === "" ? stem : `${stem}_{${/^\d+$/.test(index) ? index : `\\mathrm{${index.replaceAll("_", "\\_")}}`}}`;
}

function number(text: string): string {
  const [, mantissa = text, exponent] = /^([\d.]+)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (exponent === undefined) return mantissa;
  const power = `10^{${Number(exponent)}}`;
  return Number(mantissa) === 1 ? power : `${mantissa}\\!\\cdot\\!${power}`;
}

/** TeX of a short scalar expression, else the fallback. */
export function tex(expression: string, fallback: string): string {
  const text = expression.trim();
  if (text === "" || text.length > LONGEST) return fallback;
  let out = "";
  let rest = text;
  while (rest !== "") {
    const token = /^(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[A-Za-z]\w*|\s+|[-+*/()]|\^(?:\d+|[A-Za-z]))/i.exec(
      rest,
    )?.[0];
    if (token === undefined) return fallback;
    rest = rest.slice(token.length);
    if (/^[\d.]/.test(token)) out += number(token);
    else if (/^[A-Za-z]/.test(token)) out += name(token);
    else if (token.startsWith("^")) out += `^{${token.slice(1)}}`;
    else if (token === "*") out += "\\,";
    else out += token.trim();
  }
  return out;
}

/** The entries of a vector typed as `[1, 2]`, `[1; 2]` or `[1 2]`, or of a single scalar; undefined for anything else. */
export function entries(vector: string): readonly string[] | undefined {
  const text = vector.trim();
  const inner = /^\[([^[\]]*)\]$/.exec(text)?.[1];
  if (inner === undefined) return /[[\]:]/.test(text) || text === "" ? undefined : [text];
  if (/\([^)]*[,;]/.test(inner)) return undefined;
  return inner
    .trim()
    .split(/\s*[,;]\s*|(?<=[\w.)'])\s+(?=[-+]?[\w.])/)
    .map((entry) => entry.trim());
}

/** A polynomial in `variable` from its coefficients in descending powers, as typed; undefined when it would be long. */
export function polynomial(coefficients: string, variable: string): string | undefined {
  const list = entries(coefficients);
  if (!list || list.length > 4) return undefined;
  let out = "";
  for (const [i, entry] of list.entries()) {
    const power = list.length - 1 - i;
    if (/^[-+]?0*\.?0*$/.test(entry) && entry !== "") continue;
    const negative = entry.startsWith("-");
    const size = negative ? entry.slice(1).trim() : entry;
    const shown = tex(size, "");
    if (shown === "") return undefined;
    const factor = /[-+]/.test(size.replace(/e[-+]/gi, "")) ? `(${shown})` : shown;
    const symbol = power === 0 ? "" : power === 1 ? variable : `${variable}^{${power}}`;
    const term = symbol !== "" && Number(size) === 1 ? symbol : `${factor}${symbol === "" ? "" : `\\,${symbol}`}`;
    out += negative ? `-${term}` : out === "" ? term : `+${term}`;
  }
  return out === "" ? "0" : out;
}

/** A scalar as typed, or the symbol that stands for a vector or a matrix. */
export function scalarOr(expression: string, symbol: string): string {
  const list = entries(expression);
  return list?.length === 1 && list[0] !== undefined ? tex(list[0], symbol) : symbol;
}

/** A ratio of polynomials on the face of a block, or its symbol where that would be long. */
export function rationalTex(num: string, den: string, variable: string): string {
  const [top, bottom] = [polynomial(num, variable), polynomial(den, variable)];
  return top !== undefined && bottom !== undefined
    ? `\\frac{${top}}{${bottom}}`
    : `\\frac{b(${variable})}{a(${variable})}`;
}
