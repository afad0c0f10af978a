import type { FoundUnit } from '../../../core/commissioning/bus-scan.ts';
import type { LinkSummary, ScanState } from '../../../core/host-api/bench-devices.ts';
import type { DeviceConnection, HostState } from '../../../core/host-api/contract.ts';
import { Radar } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { deviceAge, devicePlace, deviceState } from '../../words/devices.ts';
import { failureSentence } from '../../words/errors.ts';
import { linkStateWords, linkTitle } from '../../words/links.ts';
import { asText, share } from '../../words/numbers.ts';
import { modelName } from '../../words/sites.ts';
import { OriginMark } from './origin-mark.tsx';
import type { Chosen, Ports } from './use-devices.ts';

interface ColumnProps {
  readonly host: HostState;
  readonly ports: Ports;
  readonly scan: ScanState;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

function DeviceRow({ device, isChosen, onChoose }: { readonly device: DeviceConnection; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const state = deviceState(device);
  return (
    <li>
      <button type="button" className="device-row" aria-pressed={isChosen} title={device.name} onClick={onChoose}>
        <StateIcon state={state} size={20} />
        <span className="device-words">
          <span className="bold">{device.name}</span>
          <span className="small muted device-place">
            <OriginMark origin={device.origin} />
            {devicePlace(device, modelName(device.model))}
          </span>
        </span>
        <span className={`small num ${device.answers ? 'muted' : 'bold secondary'}`}>{deviceAge(device)}</span>
      </button>
    </li>
  );
}

/** At the right of a link's name: how busy it is, or what is wrong with it. */
function linkNote(link: LinkSummary): string {
  if (link.state !== 'connected') return linkStateWords(link).text;
  return link.load === null ? '' : `bus load ${asText(share(link.load.busyRatio))}`;
}

function LinkSection({ link, title, devices, chosen, onChoose }: { readonly link: LinkSummary | null; readonly title: string; readonly devices: readonly DeviceConnection[] } & Pick<ColumnProps, 'chosen' | 'onChoose'>) {
  return (
    <section className="link-section" aria-label={title}>
      <h3>
        <span>{title}</span>
        {link === null ? null : (
          <span className="link-note num">
            {link.state === 'connected' ? null : <StateIcon state={linkStateWords(link).state} size={14} />}
            {linkNote(link)}
          </span>
        )}
      </h3>
      {link?.failure == null ? null : <p className="link-failure small">{failureSentence(link.failure)}</p>}
      <ul>
        {devices.map((device) => (
          <DeviceRow key={device.deviceId} device={device} isChosen={chosen.kind === 'device' && chosen.deviceId === device.deviceId} onChoose={() => onChoose({ kind: 'device', deviceId: device.deviceId })} />
        ))}
      </ul>
    </section>
  );
}

/** Answered a scan and stands in no place of the site. */
export function strangersOf(scan: ScanState, devices: readonly DeviceConnection[]): readonly FoundUnit[] {
  if (scan.kind === 'none') return [];
  const found = scan.kind === 'running' ? scan.progress.found : scan.found;
  const known = devices.filter(({ linkId }) => linkId === scan.target).map(({ address }) => address);
  return found.filter(({ unitId }) => !known.includes(`unit ${unitId}`));
}

function Strangers({ scan, host, onChoose }: Pick<ColumnProps, 'scan' | 'host' | 'onChoose'>) {
  const strangers = strangersOf(scan, host.devices);
  if (strangers.length === 0) return null;
  return (
    <section className="link-section" aria-label="Found, not in the site">
      <h3>Found, not in the site</h3>
      <ul>
        {strangers.map(({ unitId, candidates }) => (
          <li key={unitId}>
            <button type="button" className="device-row" onClick={() => onChoose({ kind: 'scan' })}>
              <StateIcon state="open" size={20} />
              <span className="device-words">
                <span className="bold">Unit {unitId} answers</span>
                <span className="small muted">{candidates[0] === undefined ? 'like nothing described' : `like ${candidates[0].name}`}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** All devices by link; the links in the order of the host, then what no link leads to. */
export function DeviceColumn({ host, ports, scan, chosen, onChoose }: ColumnProps) {
  const withoutLink = host.devices.filter(({ linkId }) => linkId === null || host.links.every(({ id }) => id !== linkId));
  const titleOf = (link: LinkSummary): string => (link.id === 'mqtt' ? host.link.text : linkTitle(link, ports.ports));
  return (
    <aside className="device-column" data-column tabIndex={-1} aria-label="Devices by link">
      <div className="device-head">
        <h2>Devices</h2>
        <span className="grow" />
        <button type="button" className={`button compact ${chosen.kind === 'scan' ? '' : 'primary'}`} aria-pressed={chosen.kind === 'scan'} onClick={() => onChoose({ kind: 'scan' })}>
          <Radar size={16} />
          {scan.kind === 'running' ? 'Scanning' : 'Scan'}
        </button>
      </div>
      {host.links.map((link) => (
        <LinkSection key={link.id} link={link} title={titleOf(link)} devices={host.devices.filter(({ linkId }) => linkId === link.id)} chosen={chosen} onChoose={onChoose} />
      ))}
      {withoutLink.length === 0 ? null : <LinkSection link={null} title="No link of this program" devices={withoutLink} chosen={chosen} onChoose={onChoose} />}
      <Strangers scan={scan} host={host} onChoose={onChoose} />
    </aside>
  );
}
