import { Dialog, SideSheet } from '../components/sheet.tsx';
import { useView, useViewHandle } from '../store/view-store.ts';
import { FindPalette } from './find-palette.tsx';
import { HandBackSheet } from './hand-back-sheet.tsx';
import { KeysSheet } from './keys-sheet.tsx';
import { PauseAllSheet } from './pause-all-sheet.tsx';
import { QuitDialog } from './quit-dialog.tsx';

export function Sheets() {
  const view = useViewHandle();
  const sheet = useView((state) => state.sheet);
  const close = () => view.closeSheet();
  return (
    <>
      <SideSheet isOpen={sheet === 'pause-all'} onClose={close} title="Pause all">
        <PauseAllSheet />
      </SideSheet>
      <SideSheet isOpen={sheet === 'hand-back'} onClose={close} title="Hand back control">
        <HandBackSheet />
      </SideSheet>
      <SideSheet isOpen={sheet === 'keys'} onClose={close} title="Keys">
        <KeysSheet />
      </SideSheet>
      <Dialog isOpen={sheet === 'quit'} onClose={close} title="Close Chargebench?" widthPx={520}>
        <QuitDialog />
      </Dialog>
      <Dialog isOpen={sheet === 'find'} onClose={close} title="Find" widthPx={560}>
        <FindPalette />
      </Dialog>
    </>
  );
}
