import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { LanguageIdentifier, serveBatches } from '@lantern/models';
import type { LanguageScore } from './language.engine.js';

// BlazingTextLanguageEngine is the only one who starts this file.
const { modelPath } = workerData as { modelPath: string };
const identifier = LanguageIdentifier.load(readFileSync(modelPath));

serveBatches<string, readonly LanguageScore[]>((text) => identifier.identify(text));
