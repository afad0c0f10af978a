import type { Notice } from '../core/balancing/setpoint.ts';

/** Writes a line when a notice comes and when it passes. */
export interface NoticeLog {
  add(notices: readonly Notice[]): void;
}

export function createNoticeLog(log: (line: string) => void): NoticeLog {
  let known = new Map<string, Notice>();
  return {
    add(notices) {
      const now = new Map(notices.map((notice) => [keyOf(notice), notice]));
      for (const [key, notice] of now) if (!known.has(key)) log(`${notice.severity}: ${textOf(notice)} ${JSON.stringify(notice.context)}`);
      for (const [key, notice] of known) if (!now.has(key)) log(`passed: ${textOf(notice)}`);
      known = now;
    },
  };
}

const keyOf = ({ code, about }: Notice): string => `${code} ${about ?? ''}`;
const textOf = ({ code, about }: Notice): string => (about === null ? code : `${code} (${about})`);
