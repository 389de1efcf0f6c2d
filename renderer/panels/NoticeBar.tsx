/**
 * Draws the notices under the toolbar: one line each, with what can be done about them. What passes by itself lies over the
 * drawing and does not move it.
 */
import { AlertTriangle, CheckCircle2, Info, X, XCircle } from "lucide-react";
import type { Notice } from "../store/notices.ts";
import { useNotices } from "../store/notices.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";

const icons = { info: Info, warning: AlertTriangle, error: XCircle, success: CheckCircle2 } as const;

export function NoticeBar() {
  const notices = useNotices((state) => state.notices);
  const lines = (passing: boolean) =>
    notices
      .filter(({ expires }) => (expires !== undefined) === passing)
      .map((notice) => <Line key={notice.id} notice={notice} />);
  return (
    <div className="shell-notices">
      {lines(false)}
      <div className="shell-passing">{lines(true)}</div>
    </div>
  );
}

function Line({ notice }: { readonly notice: Notice }) {
  const t = useText();
  const Icon = icons[notice.tone];
  return (
    <div
      className="shell-notice"
      data-tone={notice.tone}
      role={notice.tone === "error" || notice.tone === "warning" ? "alert" : "status"}
    >
      <Icon size={16} className="shell-notice-icon" />
      <div className="shell-notice-text">
        {notice.text}
        {notice.detail && <span className="shell-notice-detail">{notice.detail}</span>}
      </div>
      {notice.actions?.map((action) => (
        <Button key={action.label} kind={action.primary ? "primary" : "plain"} onClick={action.run}>
          {action.label}
        </Button>
      ))}
      <IconButton
        label={t("notice.dismiss")}
        icon={<X size={14} />}
        onClick={() => {
          useNotices.getState().dismiss(notice.id);
          notice.onDismiss?.();
        }}
      />
    </div>
  );
}
