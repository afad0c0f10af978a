import { Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChargeMode } from '../../../core/host-api/contract.ts';
import { CHARGE_MODE_WORDS } from '../../words/wishes.ts';

/** Those a person chooses from; a pause has its own button. */
const CHOICES: readonly ChargeMode[] = ['normal', 'smart', 'solar', 'boost', 'off'];

export interface ModeMenuProps {
  readonly target: ReactNode;
  readonly mode: ChargeMode | null;
  /** What it goes back to, in words; null where nothing was asked for. */
  readonly back: string | null;
  readonly onChoose: (mode: ChargeMode | null) => void;
  readonly children?: ReactNode;
}

export function ModeMenu({ target, mode, back, onChoose, children }: ModeMenuProps) {
  return (
    <Menu position="bottom-end" width={330}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        {CHOICES.map((choice) => (
          <Menu.Item key={choice} onClick={() => onChoose(choice)}>
            <span className="bold">{CHARGE_MODE_WORDS[choice].name}</span>
            {choice === mode ? <span className="small muted"> now</span> : null}
            <span className="small secondary mode-says">{CHARGE_MODE_WORDS[choice].says}</span>
          </Menu.Item>
        ))}
        {back === null ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onChoose(null)}>{back}</Menu.Item>
          </>
        )}
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}
