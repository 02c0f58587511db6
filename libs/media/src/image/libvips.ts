import sharp from 'sharp';

/*
 * The one place that imports sharp, so that its process-wide switches are set before anything is read.
 *
 * libvips finds a loader by looking at the bytes. Whatever it might find in a file, only these can run; SVG is read for
 * drawings of our own (draw.ts), never for a file that came from outside: decode.ts refuses it before libvips sees it.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
    'VipsForeignLoadSvg',
  ],
});
/* Images come once; remembering their results would only hold memory. */
sharp.cache(false);

export { sharp };

/** What the image decoder was built with. */
export function imageDecoderVersions(): { readonly sharp: string; readonly libvips: string } {
  return { sharp: sharp.versions.sharp ?? 'unknown', libvips: sharp.versions.vips };
}
