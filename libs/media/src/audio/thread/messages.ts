import type { MediaSource } from '../../byte-source.js';
import type { MediaErrorKind } from '../../media-error.js';
import type { AudioStream } from '../audio.js';
import type { AudioOptions } from '../open-here.js';

/** To the thread. One sound at a time; `pull` asks for one piece, `stop` ends the sound early. */
export type ToThread =
  | { readonly type: 'open'; readonly source: MediaSource; readonly options: AudioOptions }
  | { readonly type: 'pull' }
  | { readonly type: 'stop' };

/** What is known of a sound before its samples come. */
export type Opened = Omit<AudioStream, 'chunks' | 'damage' | 'close'>;

/** From the thread. `end` and `failed` end the sound; after them, and after `stopped`, the thread is free for another. */
export type FromThread =
  | { readonly type: 'opened'; readonly opened: Opened }
  | { readonly type: 'piece'; readonly channels: readonly Float32Array[] }
  | { readonly type: 'end'; readonly damage: readonly string[] }
  | { readonly type: 'failed'; readonly kind: MediaErrorKind | undefined; readonly message: string }
  | { readonly type: 'stopped' };
