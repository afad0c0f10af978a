#!/usr/bin/env node
import { ensureBuilt } from '../start/ensure-built.js';

await ensureBuilt();
await import(new URL('../../dist/cli/index.js', import.meta.url).href);
