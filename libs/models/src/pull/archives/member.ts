import { ArchiveError } from './archive-error.js';

/** A regular file in an archive. Its content is read before the next member is asked for, or passed over. */
export interface ArchiveMember {
  /** Relative, with `/` between segments, without `.` and `..`. */
  readonly name: string;
  readonly sizeBytes: number;
  content(): AsyncIterable<Uint8Array>;
}

/** Longest name of a member. */
const MAX_NAME_LENGTH = 1_024;

/**
 * A member's name in plain form. Names never become paths here (content is kept by digest), but an archive with names
 * that would leave its folder is an attack on whoever unpacks it, and is refused as a whole.
 * @throws ArchiveError
 */
export function plainMemberName(label: string, name: string): string {
  const shown = JSON.stringify(name.slice(0, 120));
  if (name.length > MAX_NAME_LENGTH) throw new ArchiveError(label, `has a member with an endless name, ${shown}`);
  if (/[\u0000-\u001f\u007f\\]/.test(name)) throw new ArchiveError(label, `has a member with an unsafe name, ${shown}`);
  if (/^(\/|[A-Za-z]:)/.test(name)) throw new ArchiveError(label, `has a member with an absolute path, ${shown}`);
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw new ArchiveError(label, `has a member outside its folder, ${shown}`);
  return segments.join('/');
}
