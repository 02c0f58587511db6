/**
 * How ffmpeg is told to give out frames as they come. `-fps_mode` came with 5.1 (July 2022), where `-vsync`, its name until
 * then, was deprecated. A build between releases (`N-…`) is known by the year in its first line.
 * @param banner the first line of `ffmpeg -version`
 */
export function frameModeOption(banner: string): '-fps_mode' | '-vsync' {
  const release = /^ffmpeg version n?(\d+)\.(\d+)/.exec(banner);
  if (release) return Number(release[1]) * 100 + Number(release[2]) >= 501 ? '-fps_mode' : '-vsync';
  const year = Number(/Copyright \(c\) \d+-(\d+)/.exec(banner)?.[1] ?? 0);
  return year >= 2023 ? '-fps_mode' : '-vsync';
}
