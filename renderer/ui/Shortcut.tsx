/** A shortcut in the way the user's keyboard is labelled. Written as tinykeys reads it: "$mod+Shift+KeyZ". */

const mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

const names: { readonly [key: string]: string } = {
  $mod: mac ? "⌘" : "Ctrl",
  Control: mac ? "⌃" : "Ctrl",
  Shift: mac ? "⇧" : "Shift",
  Alt: mac ? "⌥" : "Alt",
  Meta: mac ? "⌘" : "Win",
  Delete: "Del",
  Backspace: "⌫",
  Escape: "Esc",
  Enter: "↵",
  Space: "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Slash: "/",
  Comma: ",",
  Equal: "+",
  Minus: "−",
  Backslash: "\\",
};

const keyName = (key: string): string =>
  names[key] ??
  (key.length === 1
    ? key.toUpperCase()
    : /^Key[A-Z]$/.test(key)
      ? key.slice(3)
      : /^Digit\d$/.test(key)
        ? key.slice(5)
        : key);

/** The first of several alternatives, as the keys to press: ["Ctrl", "Z"]. */
export const shortcutKeys = (keys: string): string[] => (keys.split(" ")[0] ?? "").split(/(?<=.)\+/).map(keyName);

export function Shortcut({ keys }: { readonly keys: string }) {
  return (
    <span className="ui-shortcut">
      {shortcutKeys(keys).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
