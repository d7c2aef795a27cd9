/** The mark of public/logo.svg, drawn inline so that it takes its color from where it stands. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <g transform="rotate(-32 16 16)" stroke="#fff" strokeWidth="1.7">
        <ellipse cx="16" cy="16" rx="11.2" ry="5.1" opacity=".55" />
        <ellipse cx="16" cy="16" rx="7" ry="3.1" opacity=".85" />
      </g>
      <circle cx="16" cy="16" r="2.5" fill="#fff" />
      <circle cx="24.6" cy="8.8" r="2.3" fill="#fff" />
      <circle cx="10.3" cy="19.9" r="1.6" fill="#fff" />
    </svg>
  );
}
