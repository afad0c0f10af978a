import { ensureBuilt } from './ensure-built.js';

await ensureBuilt();
await import(new URL('../../dist/start/index.js', import.meta.url).href);
