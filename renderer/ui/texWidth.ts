/**
 * How wide a formula will be, about, in em. A block's size follows from it before anything is drawn, so it must not
 * depend on fonts that have loaded or not.
 */
export function texWidth(tex: string): number {
  let rest = tex.trim();
  let width = 0;
  while (rest !== "") {
    const fraction = /^\\[dt]?frac/.exec(rest);
    if (fraction) {
      const [top, afterTop] = group(rest.slice(fraction[0].length));
      const [bottom, after] = group(afterTop);
      width += Math.max(texWidth(top), texWidth(bottom)) + 0.3;
      rest = after;
      continue;
    }
    const script = /^[_^]/.exec(rest);
    if (script) {
      const [inner, after] = group(rest.slice(1));
      width += texWidth(inner) * 0.72;
      rest = after;
      continue;
    }
    const word = /^\\[A-Za-z]+\s*/.exec(rest);
    if (word) {
      const name = word[0].trim();
      if (/^\\(times|div|cdot|pm|sum|int)$/.test(name)) width += 1;
      else if (/^\\(quad)$/.test(name)) width += 1;
      else if (/^\\(sin|cos|tan|exp|log|max|min)$/.test(name)) width += 1.7;
      else if (
        /^\\(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega)$/i.test(
          name,
        )
      )
        width += 0.6;
      rest = rest.slice(word[0].length);
      continue;
    }
    const space = /^\\[,;:!]/.exec(rest);
    if (space) {
      width += 0.17;
      rest = rest.slice(2);
      continue;
    }
    const character = rest[0] ?? "";
    if (/[=+\-<>]/.test(character)) width += 1.2;
    else if (/[mwMWA-Z]/.test(character)) width += 0.8;
    else if (/[A-Za-z0-9]/.test(character)) width += 0.53;
    else if (/[()[\].,|/:]/.test(character)) width += 0.4;
    rest = rest.slice(1);
  }
  return width;
}

/** The argument that stands first: {...}, a command, or one character. */
function group(text: string): [string, string] {
  const start = text.trimStart();
  if (!start.startsWith("{")) {
    const one = /^\\[A-Za-z]+|^./.exec(start)?.[0] ?? "";
    return [one, start.slice(one.length)];
  }
  let depth = 0;
  for (let index = 0; index < start.length; index++) {
    if (start[index] === "{") depth += 1;
    if (start[index] === "}") depth -= 1;
    if (depth === 0) return [start.slice(1, index), start.slice(index + 1)];
  }
  return [start.slice(1), ""];
}
