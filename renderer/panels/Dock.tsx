/**
 * The dock below the canvas: what the diagram gives. Tabs, their buttons, and the matrices beside the scope where there is
 * room. The plots come from outside (`scope`, `data`): rooms do not import one another.
 */
import { ChevronDown } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import type { DockTab } from "../store/view.ts";
import { IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Matrices } from "./Matrices.tsx";
import { MatricesTools } from "./MatricesTools.tsx";
import { Order } from "./Order.tsx";
import { PointForm } from "./PointForm.tsx";
import { Problems, useAllProblems } from "./Problems.tsx";
import "./dock.css";

export interface DockPart {
  readonly body: ReactNode;
  /** Buttons at the end of the tab bar. */
  readonly tools: ReactNode;
}

export interface DockProps {
  readonly scope: DockPart;
  readonly analyse: DockPart;
  readonly data: DockPart;
  readonly identify: ReactNode;
  readonly estimate: DockPart;
  readonly train: ReactNode;
}

const tabs: readonly DockTab[] = [
  "scope",
  "analyse",
  "matrices",
  "order",
  "problems",
  "data",
  "identify",
  "estimate",
  "train",
];
/** From this width on the matrices stand beside the scope. */
const wide = 900;

export function Dock({ scope, analyse, data, identify, estimate, train }: DockProps) {
  const text = useText();
  const tab = useView((view) => view.dockTab);
  const set = useView((view) => view.set);
  const hasMatrices = useResults((results) => results.compiled?.matrices !== undefined);
  const room = useRef<HTMLDivElement>(null);
  const [roomy, setRoomy] = useState(false);
  const problems = useAllProblems();
  const worst = problems[0]?.severity;

  useEffect(() => {
    const element = room.current!;
    const size = new ResizeObserver(() => setRoomy(element.clientWidth >= wide));
    size.observe(element);
    return () => size.disconnect();
  }, []);

  const beside = roomy && hasMatrices;
  const body: { readonly [key in DockTab]: ReactNode } = {
    scope: beside ? (
      <div className="dock-two">
        <div>{scope.body}</div>
        <div>
          <Matrices beside />
        </div>
      </div>
    ) : (
      scope.body
    ),
    analyse: (
      <div className="dock-point">
        <PointForm />
        {analyse.body}
      </div>
    ),
    matrices: <Matrices />,
    order: <Order />,
    problems: <Problems />,
    data: data.body,
    identify,
    estimate: estimate.body,
    train,
  };
  const tools: { readonly [key in DockTab]: ReactNode } = {
    scope: scope.tools,
    analyse: analyse.tools,
    matrices: <MatricesTools />,
    order: null,
    problems: null,
    data: data.tools,
    identify: null,
    estimate: estimate.tools,
    train: null,
  };

  return (
    <Tabs.Root className="dock" value={tab} onValueChange={(next) => set({ dockTab: next as DockTab })} ref={room}>
      <div className="dock-bar">
        <Tabs.List className="dock-tabs" aria-label={text("dock.results")}>
          {tabs.map((each) => (
            <Tabs.Trigger
              key={each}
              value={each}
              className="dock-tab"
              // Radix moves the focus by script, which would draw the ring that is for the keyboard.
              onMouseDown={(event) => event.button === 0 && event.currentTarget.focus({ focusVisible: false })}
            >
              {text(`dock.${each}`)}
              {each === "problems" && problems.length > 0 && (
                <span className="dock-count" data-severity={worst}>
                  {problems.length}
                </span>
              )}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <div className="dock-tools">{tools[tab]}</div>
        <IconButton
          label={text("dock.close")}
          icon={<ChevronDown size={16} />}
          side="top"
          onClick={() => set({ dockOpen: false })}
        />
      </div>
      {tabs.map((each) => (
        <Tabs.Content key={each} value={each} className="dock-body" tabIndex={-1}>
          {body[each]}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
