/** A room that throws while drawing does not take the others, nor the drawing, with it. */
import { Component } from "react";
import type { ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { t } from "../ui/i18n.ts";

interface State {
  readonly failed: boolean;
}

export class RoomBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Empty title={t("crash.title")}>
        <p>{t("crash.text")}</p>
        <Button onClick={() => this.setState({ failed: false })}>{t("crash.again")}</Button>
      </Empty>
    );
  }
}
