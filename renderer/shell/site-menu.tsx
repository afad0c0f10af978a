import { Menu } from '@mantine/core';
import { ChevronDown } from '../icons/icons.tsx';
import { useBench } from '../store/use-bench.ts';
import { useViewHandle } from '../store/view-store.ts';

/** Bundled template that is tried without hardware (core/site/templates). */
export const TRY_TEMPLATE = 'two-evses-one-breaker';

export function SiteMenu() {
  const view = useViewHandle();
  const name = useBench(({ host }) => host?.site?.name ?? host?.project?.name ?? null);
  const isLive = useBench(({ host }) => host !== null && host.control.kind !== 'none');
  const leads = useBench(({ host }) => host?.leads ?? false);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="site-button">
          <span>{name ?? 'No site open'}</span>
          <ChevronDown size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item data-autofocus onClick={() => view.show('start')}>
          Projects and templates
        </Menu.Item>
        {isLive ? (
          <Menu.Item disabled={!leads} onClick={() => void view.askHandBack()}>
            Hand back control…
          </Menu.Item>
        ) : null}
        <Menu.Divider />
        <Menu.Item disabled={!leads} onClick={() => void view.askQuit()}>
          Close Chargebench…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
