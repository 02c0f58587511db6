#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { isFresh } from '../../../libs/tools/bundle.mjs';

// The bundle starts in half the time; where sources were compiled since, the single files are the truth.
const root = fileURLToPath(new URL('../../../', import.meta.url));
await import(isFresh(root) ? '../dist/bundle/cli.js' : '../dist/cli.js');
