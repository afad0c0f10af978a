import { Drawer, Modal } from '@mantine/core';
import { useView, useViewHandle } from '../store/view-store.ts';
import { FindPalette } from './find-palette.tsx';
import { HandBackSheet } from './hand-back-sheet.tsx';
import { KeysSheet } from './keys-sheet.tsx';
import { PauseAllSheet } from './pause-all-sheet.tsx';
import { QuitDialog } from './quit-dialog.tsx';

const CLOSE = { 'aria-label': 'Close' };

export function Sheets() {
  const view = useViewHandle();
  const sheet = useView((state) => state.sheet);
  const close = () => view.closeSheet();
  return (
    <>
      <Drawer opened={sheet === 'pause-all'} onClose={close} title="Pause all" closeButtonProps={CLOSE}>
        <PauseAllSheet />
      </Drawer>
      <Drawer opened={sheet === 'hand-back'} onClose={close} title="Hand back control" closeButtonProps={CLOSE}>
        <HandBackSheet />
      </Drawer>
      <Drawer opened={sheet === 'keys'} onClose={close} title="Keys" closeButtonProps={CLOSE}>
        <KeysSheet />
      </Drawer>
      <Modal opened={sheet === 'quit'} onClose={close} title="Close Chargebench?" closeButtonProps={CLOSE} size={520}>
        <QuitDialog />
      </Modal>
      <Modal opened={sheet === 'find'} onClose={close} withCloseButton={false} size={560} yOffset="12vh" centered={false} aria-label="Find">
        <FindPalette />
      </Modal>
    </>
  );
}
