/** How wide a line of interface text is, about: layout must not wait for fonts. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const letter of text)
    width += /[iljtfr.,;:'|! ]/.test(letter)
      ? 0.32
      : /[mwMW@]/.test(letter)
        ? 0.88
        : /[A-Z0-9]/.test(letter)
          ? 0.65
          : 0.57;
  return Math.ceil(width * size);
}
