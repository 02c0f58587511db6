import { blazingText } from './text/blazingtext/index.js';

/** Every algorithm; the common checks run on each. */
export const algorithms = [blazingText] as const;
