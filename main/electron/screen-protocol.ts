import { protocol } from 'electron';
import { answerFor, COMMON_HEADERS, readScreenFiles } from '../web/static-files.ts';

const SCHEME = 'chargebench';
export const SCREEN_URL = `${SCHEME}://screen/`;

/** To be called before the app is ready. Pages of a scheme of our own have an origin and a content security policy; files have neither. */
export function registerScreenScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the built screen from memory. Throws `not-found` where nothing is built. */
export function serveScreen(folder: string): void {
  const files = readScreenFiles(folder);
  protocol.handle(SCHEME, (request) => {
    const url = new URL(request.url);
    const answer = url.host === 'screen' && request.method === 'GET' ? answerFor(files, url.pathname, "'none'") : null;
    if (answer === null) return new Response('There is no such page.', { status: 404, headers: { ...COMMON_HEADERS } });
    return new Response(new Uint8Array(answer.body), { headers: { ...answer.headers } });
  });
}
