#!/usr/bin/env -S node --max-semi-space-size=32
// The flag doubles the room for objects that die young, 16 MB unless told otherwise. Calls that are under way when it fills
// up are copied, and hundreds are under way in a busy moment: with it a call costs a tenth less CPU (`npm run bench --
// gateway`). Memory grows by that only under load.
import { fileURLToPath } from 'node:url';
import { isFresh } from '../../../libs/tools/bundle.mjs';

// The bundle starts in half the time; where sources were compiled since, the single files are the truth.
const root = fileURLToPath(new URL('../../../', import.meta.url));
await import(isFresh(root) ? '../dist/bundle/cli.js' : '../dist/cli.js');
