export function Mark() {
  return (
    <svg width="30" height="30" viewBox="0 0 30 30" fill="none" role="img" aria-label="Chargebench, start">
      <rect x="1.25" y="1.25" width="27.5" height="27.5" rx="6.5" stroke="currentColor" strokeWidth="2.5" />
      <path d="M6.5 9h17" stroke="var(--cb-danger)" strokeWidth="2" />
      <path d="M6.5 21.5h4.2l3.6-8h4l2.2 4.5h3" stroke="currentColor" strokeWidth="2.4" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
