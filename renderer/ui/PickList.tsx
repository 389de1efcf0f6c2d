/**
 * A search field over a list, all by keyboard: type to narrow, arrows to move, Enter to take, Escape to leave. It knows
 * nothing of what is listed.
 */
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import "./PickList.css";

export interface PickItem {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly detail?: string;
}

export interface PickListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  /** undefined: on their way. Who presses Enter meanwhile gets the first that fits when they are here. */
  readonly items: readonly PickItem[] | undefined;
  /** Shown when nothing fits. */
  readonly none: string;
  readonly footer?: ReactNode;
  onQuery(query: string): void;
  onPick(key: string): void;
  onClose(): void;
}

export function PickList(props: PickListProps) {
  const { label, placeholder, query, items: arrived, none, footer, onQuery, onPick, onClose } = props;
  const items = arrived ?? [];
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [chosen, setChosen] = useState(0);
  const entered = useRef(false);
  const index = Math.min(chosen, items.length - 1);
  const begin = useEffectEvent(() => {
    input.current?.focus();
    // What was typed before the field was there must not be typed over.
    input.current?.setSelectionRange(query.length, query.length);
  });
  // Only once: the field keeps its own caret after that.
  useEffect(() => begin(), []);
  const takeEntered = useEffectEvent(() => {
    if (entered.current && items[0]) onPick(items[0].key);
    entered.current = false;
  });
  const here = arrived !== undefined;
  useEffect(() => {
    if (here) takeEntered();
  }, [here]);
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  }, [index]);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "ArrowDown") setChosen(items.length === 0 ? 0 : (index + 1) % items.length);
    else if (event.key === "ArrowUp") setChosen(items.length === 0 ? 0 : (index + items.length - 1) % items.length);
    else if (event.key === "Escape") onClose();
    else if (event.key === "Enter") {
      const item = items[index];
      if (item) onPick(item.key);
      entered.current = !here;
    } else if (event.key === "Tab") onClose();
    else return;
    event.preventDefault();
  };

  return (
    <div className="ui-picklist" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onClose()}>
      <input
        ref={input}
        className="ui-picklist-input"
        value={query}
        placeholder={placeholder}
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={items[index] ? `${id}-${items[index].key}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setChosen(0);
          entered.current = false;
          onQuery(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={`${id}-list`} className="ui-picklist-list" role="listbox" aria-label={label}>
        {items.map((item, i) => (
          <li
            key={item.key}
            id={`${id}-${item.key}`}
            role="option"
            aria-selected={i === index}
            className="ui-picklist-item"
            // The field keeps the focus while an entry is clicked.
            onMouseDown={(event) => event.preventDefault()}
            onPointerMove={() => setChosen(i)}
            onClick={() => onPick(item.key)}
          >
            {item.icon !== undefined && <span className="ui-picklist-icon">{item.icon}</span>}
            <span className="ui-picklist-label">{item.label}</span>
            {item.detail !== undefined && <span className="ui-picklist-detail">{item.detail}</span>}
          </li>
        ))}
      </ul>
      {items.length === 0 && <div className="ui-picklist-none">{none}</div>}
      {footer !== undefined && <div className="ui-picklist-footer">{footer}</div>}
    </div>
  );
}
