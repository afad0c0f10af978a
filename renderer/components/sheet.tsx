import { Drawer, Modal } from '@mantine/core';
import type { ReactNode } from 'react';

interface SheetProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Beside the screen, so that the picture stays in sight. The head is no `header`: a page has one banner. */
export function SideSheet({ isOpen, title, onClose, children }: SheetProps) {
  return (
    <Drawer.Root opened={isOpen} onClose={onClose}>
      <Drawer.Overlay />
      <Drawer.Content>
        <div className="sheet-head">
          <Drawer.Title>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </div>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** In the middle: only for what cannot be undone, and for finding. */
export function Dialog({ isOpen, title, onClose, children, widthPx }: SheetProps & { readonly widthPx: number }) {
  return (
    <Modal.Root opened={isOpen} onClose={onClose} size={widthPx}>
      <Modal.Overlay />
      <Modal.Content>
        <div className="sheet-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
