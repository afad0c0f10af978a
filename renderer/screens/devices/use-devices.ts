import { useEffect, useState } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { SerialPortSummary } from '../../../core/host-api/bench-devices.ts';
import type { DeviceConnection } from '../../../core/host-api/contract.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';

/** What the middle shows. */
export type Chosen = { readonly kind: 'device'; readonly deviceId: string } | { readonly kind: 'scan' };

export interface Ports {
  readonly ports: readonly SerialPortSummary[];
  readonly failure: Failure | null;
  readonly isAsked: boolean;
  readonly ask: () => void;
}

/** Adapters come and go: asked when the screen opens and whenever a person wants to see them. */
export function usePorts(): Ports {
  const { api } = useBenchHandle().connection;
  const isConnected = useBench((state) => state.connection.isConnected);
  const [asked, setAsked] = useState<{ readonly ports: readonly SerialPortSummary[]; readonly failure: Failure | null } | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!isConnected) return;
    let isGone = false;
    void api.listSerialPorts().then((answer) => {
      if (!isGone) setAsked(answer.ok ? { ports: answer.value, failure: null } : { ports: [], failure: answer.error });
    });
    return () => {
      isGone = true;
    };
  }, [api, isConnected, round]);
  return { ports: asked?.ports ?? [], failure: asked?.failure ?? null, isAsked: asked !== null, ask: () => setRound(round + 1) };
}

/** A running scan is what is looked at first; then who does not answer; then the first device. */
export function firstChoice(devices: readonly DeviceConnection[], isScanning: boolean): Chosen {
  const device = devices.find(({ answers }) => !answers) ?? devices[0];
  return isScanning || device === undefined ? { kind: 'scan' } : { kind: 'device', deviceId: device.deviceId };
}
