import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Radar, Refresh } from '../../icons/icons.tsx';
import { portNote, portTitle } from '../../words/links.ts';
import type { Ports } from './use-devices.ts';

type Way = 'rtu-over-tcp' | 'tcp';

const WAYS: readonly { readonly way: Way; readonly text: string }[] = [
  { way: 'tcp', text: 'Modbus TCP' },
  { way: 'rtu-over-tcp', text: 'RTU over TCP (a plain gateway)' },
];
const MODBUS_PORT = 502;
const ADDRESS = /^[^\s/:]+(:\d{1,5})?$/;

const withPort = (address: string): string => (address.includes(':') ? address : `${address}:${MODBUS_PORT}`);

interface ScanFormProps {
  readonly host: HostState;
  readonly ports: Ports;
  readonly isAsking: boolean;
  readonly onScan: (target: string) => void;
}

function NoPorts({ onAsk }: { readonly onAsk: () => void }) {
  return (
    <div className="no-ports">
      <p className="bold">No serial port on this computer.</p>
      <p className="secondary">
        Plug the USB-RS485 adapter in. If it does not appear, its driver is missing (FTDI 0403, CH340 1a86, CP210x 10c4, Prolific 067b), the cable only charges, or on Linux brltty has taken it away.
      </p>
      <button type="button" className="button compact" onClick={onAsk}>
        <Refresh size={16} />
        Look again
      </button>
    </div>
  );
}

/** Where to look: a serial port by its adapter, or one network address. Nothing is ever written. */
export function ScanForm({ host, ports, isAsking, onScan }: ScanFormProps) {
  const [chosenPath, setChosenPath] = useState<string | null>(null);
  const [address, setAddress] = useState('');
  const [way, setWay] = useState<Way>('tcp');
  const path = chosenPath ?? ports.ports[0]?.path ?? '';
  const isNetwork = path === '';
  const isAddress = ADDRESS.test(address.trim());
  const target = isNetwork ? (isAddress ? `${way}:${withPort(address.trim())}` : null) : `serial:${path}`;
  const place = isNetwork ? address.trim() : path.replace('/dev/', '');
  return (
    <form
      className="panel hand-panel scan-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (target !== null) onScan(target);
      }}
    >
      <fieldset>
        <legend>Where are the devices?</legend>
        {ports.failure === null ? null : <FailurePanel failure={ports.failure} act={{ label: 'Look again', run: ports.ask }} />}
        {ports.isAsked && ports.failure === null && ports.ports.length === 0 ? <NoPorts onAsk={ports.ask} /> : null}
        {ports.ports.map((port) => (
          <label key={port.path} className="port-choice">
            <input type="radio" name="scan-place" value={port.path} checked={path === port.path} onChange={() => setChosenPath(port.path)} />
            <span className="device-words">
              <span className="bold">{portTitle(port)}</span>
              <span className="small muted">{portNote(port)}</span>
            </span>
          </label>
        ))}
        <label className="port-choice">
          <input type="radio" name="scan-place" value="" checked={isNetwork} onChange={() => setChosenPath('')} />
          <span className="device-words">
            <span className="bold">A network address</span>
            <span className="small muted">an Ethernet gateway, or a meter with Modbus TCP</span>
          </span>
        </label>
        {isNetwork ? (
          <div className="hand-row">
            <TextInput label="Address" placeholder="192.168.1.20:502" value={address} error={address !== '' && !isAddress ? 'Written like 192.168.1.20 or 192.168.1.20:502' : null} onChange={(event) => setAddress(event.currentTarget.value)} />
            <label className="field">
              <span>Speaks</span>
              <select value={way} onChange={(event) => setWay(event.currentTarget.value === 'tcp' ? 'tcp' : 'rtu-over-tcp')}>
                {WAYS.map((each) => (
                  <option key={each.way} value={each.way}>
                    {each.text}
                  </option>
                ))}
              </select>
            </label>
          </div>
        ) : null}
      </fieldset>
      <p className="secondary">It listens first, then asks address by address at each usual speed and parity. It only reads: nothing is ever written, and stopping is always safe.</p>
      {host.leads ? null : <p className="lock-line">This window only shows: another one leads.</p>}
      <div className="scan-acts">
        <button type="submit" className="button primary" disabled={target === null || isAsking || !host.leads}>
          <Radar />
          Scan {place}
        </button>
        {ports.ports.length === 0 ? null : (
          <button type="button" className="button quiet" onClick={ports.ask}>
            Look for ports again
          </button>
        )}
      </div>
    </form>
  );
}
