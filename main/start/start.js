import { endWithParent } from './end-with-parent.js';
import { ensureBuilt } from './ensure-built.js';

endWithParent();
await ensureBuilt();
await import(new URL('../../dist/start/index.js', import.meta.url).href);
