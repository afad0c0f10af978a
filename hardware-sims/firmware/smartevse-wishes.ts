/** What a person asks SmartEVSEs for by MQTT, REST or app: modes, access, and the master's current override. */
import type { ControllerEngine } from '../../core/player/controller-engine.ts';
import type { EvseId } from '../../core/quantities.ts';
import { ACCESS, MODE } from './smartevse-codes.ts';
import { setMode } from './smartevse-mode.ts';
import type { SmartevseInstallation, SmartevseMember } from './smartevse-site.ts';
import { setAccess } from './smartevse-states.ts';

export type Wishes = Parameters<NonNullable<ControllerEngine['setWishes']>>[0];

type AskedMode = Wishes['modes'][number]['mode'] | null;

/** Boost is none of its modes. */
const MODES: Readonly<Record<Exclude<AskedMode, null>, number | null>> = { normal: MODE.normal, smart: MODE.smart, solar: MODE.solar, off: null, pause: null, boost: null };

/** Set at one unit a mode is soon that of all: master and nodes tell each other every 2 s. */
export function setModeOfAll({ members }: SmartevseInstallation, mode: number): void {
  for (const { pilot } of members) setMode(pilot.unit, mode);
}

/** Follows wishes as they come and end; afterwards what the menu says holds again. */
export function createWishFollower(installation: SmartevseInstallation): (wishes: Wishes, wallMs: number) => void {
  const asked = new Map<EvseId, AskedMode>();
  const [master] = installation.members;
  let overrideDa = 0;
  return (wishes, wallMs) => {
    for (const member of installation.members) {
      const mode = modeAskedFor(wishes, member.evse.id, wallMs);
      const before = asked.get(member.evse.id) ?? null;
      if (mode === before) continue;
      asked.set(member.evse.id, mode);
      followMode(installation, member, mode, before);
    }
    if (master === undefined) return;
    const askedDa = overrideAskedFor(wishes, master, wallMs);
    if (askedDa === overrideDa) return;
    overrideDa = askedDa;
    setOverride(master, askedDa);
  };
}

function modeAskedFor({ modes }: Wishes, evseId: EvseId, wallMs: number): AskedMode {
  const holds = modes.filter((wish) => (wish.evseId ?? evseId) === evseId && (wish.untilWallMs === null || wallMs < wish.untilWallMs));
  return holds.at(-1)?.mode ?? null;
}

function followMode(installation: SmartevseInstallation, member: SmartevseMember, mode: AskedMode, before: AskedMode): void {
  const { unit } = member.pilot;
  member.isBarred = mode === 'off' || mode === 'pause';
  if (mode === 'off') setAccess(unit, ACCESS.off);
  else if (mode === 'pause') setAccess(unit, ACCESS.pause);
  else if (before === 'off' || before === 'pause') setAccess(unit, ACCESS.on);
  const code = mode === null ? installation.menuMode : MODES[mode];
  if (code !== null && code !== unit.settings.mode) setModeOfAll(installation, code);
}

/** dA; 0 without. Only a master or standalone unit has one (chapter 1). */
function overrideAskedFor({ limits }: Wishes, { evse }: SmartevseMember, wallMs: number): number {
  const holds = limits.filter((wish) => 'evseId' in wish && wish.evseId === evse.id && (wish.untilWallMs === null || wallMs < wish.untilWallMs));
  return holds.length === 0 ? 0 : Math.trunc(Math.min(...holds.map(({ currentA }) => currentA)) * 10);
}

/** Ignored outside MIN to MAX, and in Solar mode. */
function setOverride({ pilot }: SmartevseMember, currentDa: number): void {
  const { settings } = pilot.unit;
  const fits = currentDa >= settings.minA * 10 && currentDa <= settings.maxA * 10 && settings.mode !== MODE.solar;
  settings.overrideDa = fits ? currentDa : 0;
}
