import './devices.css';
import { useState } from 'react';
import type { HostState } from '../../../core/host-api/contract.ts';
import { useClock } from '../../shell/use-clock.ts';
import { useBench } from '../../store/use-bench.ts';
import { DeviceColumn, strangersOf } from './device-column.tsx';
import { deviceNow, type HandLook } from './device-now.ts';
import { DeviceView } from './device-view.tsx';
import { ScanPanel } from './scan-panel.tsx';
import { SideColumn } from './side-column.tsx';
import { firstChoice, usePorts, type Chosen } from './use-devices.ts';
import { useTraffic } from './use-traffic.ts';

function Bench({ host }: { readonly host: HostState }) {
  const scan = useBench((state) => state.scan);
  const frame = useBench((state) => state.frame);
  const frameArrivedMs = useBench((state) => state.frameArrivedMs);
  const nowMs = useClock();
  const ports = usePorts();
  const [picked, setPicked] = useState<Chosen | null>(null);
  const [hand, setHand] = useState<HandLook | null>(null);
  const chosen = picked ?? firstChoice(host.devices, scan.kind === 'running');
  const device = chosen.kind === 'device' ? host.devices.find(({ deviceId }) => deviceId === chosen.deviceId) : undefined;
  const traffic = useTraffic(device?.linkId ?? null);
  const link = host.links.find(({ id }) => id === device?.linkId) ?? null;
  const now = device === undefined ? null : deviceNow(device, { site: host.site, frame, frameArrivedMs, nowMs }, hand);
  const strangers = scan.kind !== 'none' && scan.target === link?.id ? strangersOf(scan, host.devices).map(({ unitId }) => unitId) : [];
  return (
    <div className={`devices ${now === null ? 'without-side' : ''}`}>
      <DeviceColumn host={host} ports={ports} scan={scan} chosen={now === null ? { kind: 'scan' } : chosen} onChoose={setPicked} />
      {now === null ? (
        <ScanPanel host={host} ports={ports} scan={scan} />
      ) : (
        <>
          <DeviceView key={now.device.deviceId} now={now} host={host} link={link} traffic={traffic} strangers={strangers} hand={hand} nowMs={nowMs} onLook={setHand} onScan={() => setPicked({ kind: 'scan' })} />
          <SideColumn now={now} link={link} hand={hand} timeZone={host.site?.timeZone} />
        </>
      )}
    </div>
  );
}

/** Connect, find and read every device by hand. */
export function DevicesScreen() {
  const host = useBench((state) => state.host);
  return host === null ? <div className="devices" /> : <Bench host={host} />;
}
