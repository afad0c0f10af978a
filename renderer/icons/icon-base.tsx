import type { ReactNode } from 'react';

export interface IconProps {
  readonly size?: number;
}

/** Icons stand beside words or in a control with a name of its own: never read out. */
export function Outline({ size = 18, children }: IconProps & { readonly children: ReactNode }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export function Filled({ size = 18, children }: IconProps & { readonly children: ReactNode }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}
