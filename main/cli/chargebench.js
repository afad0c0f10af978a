#!/usr/bin/env node
import { endWithParent } from '../start/end-with-parent.js';
import { ensureBuilt } from '../start/ensure-built.js';

endWithParent();
await ensureBuilt();
await import(new URL('../../dist/cli/index.js', import.meta.url).href);
