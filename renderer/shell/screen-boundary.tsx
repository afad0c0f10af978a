import { Component, type ReactNode } from 'react';
import type { Failure } from '../../core/errors.ts';
import { FailurePanel } from '../components/failure-panel.tsx';
import { failureFrom } from '../host/call-api.ts';

interface BoundaryState {
  readonly failure: Failure | null;
}

/** An error while a screen is drawn stays on that screen: top bar, rail and Pause all go on. */
export class ScreenBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { failure: null };

  static getDerivedStateFromError(thrown: unknown): BoundaryState {
    return { failure: failureFrom(thrown) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <section className="empty">
        <FailurePanel failure={failure} act={{ label: 'Draw it again', run: () => this.setState({ failure: null }) }} />
      </section>
    );
  }
}
