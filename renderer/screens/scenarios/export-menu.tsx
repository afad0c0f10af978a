import { Menu } from '@mantine/core';
import { useChartTheme } from '../../charts/chart-theme.ts';
import { Download } from '../../icons/icons.tsx';
import { csvOf, pngOf, saveAs, svgOf, type RunPicture } from './export-run.ts';
import type { RunView } from './run-view.ts';
import type { Chosen } from './use-chosen.ts';
import { usePlayerHandle } from './use-player.ts';

/** Chart or data out: the part of the run that is shown as a picture, the whole run as a table. */
export function ExportMenu({ chosen }: { readonly chosen: Chosen }) {
  const theme = useChartTheme();
  const player = usePlayerHandle();
  const { view, ghost, scenario, controller } = chosen;
  const pictureOf = (shown: RunView): RunPicture => ({ view: shown, ghost, title: scenario.title, range: player.getState().range, theme });
  const name = `${scenario.id}-${controller}`;
  const saveTable = (): void => {
    if (view !== null) saveAs(`${name}.csv`, new Blob([csvOf(view.run.columns)], { type: 'text/csv' }));
  };
  const saveDrawing = (): void => {
    if (view !== null) saveAs(`${name}.svg`, new Blob([svgOf(pictureOf(view))], { type: 'image/svg+xml' }));
  };
  const savePicture = async (): Promise<void> => {
    const picture = view === null ? null : await pngOf(pictureOf(view));
    if (picture !== null) saveAs(`${name}.png`, picture);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="button" disabled={view === null} title="Export chart or data">
          <Download />
          <span className="wide">Export</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item data-autofocus onClick={saveTable}>Table of all values (CSV)</Menu.Item>
        <Menu.Item onClick={() => void savePicture()}>Picture of what is shown (PNG)</Menu.Item>
        <Menu.Item onClick={saveDrawing}>Drawing of what is shown (SVG)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
