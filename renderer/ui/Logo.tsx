/** The mark: a forward path and the loop (in Spanish, lazo) that feeds it back. */
export function Logo({ size = 20 }: { readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M2 15h6M16 15h6M8 10.500v9l8-4.500z" />
      <path d="M19 15V7a2 2 0 0 0-2-2H7a2 2 0 0 0-2 2v8" />
    </svg>
  );
}
