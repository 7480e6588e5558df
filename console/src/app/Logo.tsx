/** The mark of the product: two lines that run side by side. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#126660" />
      <path
        d="M7 11c5 0 5 5 9 5s4-5 9-5M7 20c5 0 5 4 9 4s4-4 9-4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
