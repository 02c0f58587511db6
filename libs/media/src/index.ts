export { MediaError, type MediaErrorKind } from './media-error.js';

export {
  recognise,
  RECOGNISE_BYTES,
  type AudioFormat,
  type ContainerFormat,
  type ImageFormat,
  type Recognised,
} from './recognise/recognise.js';

export { blankImage, type Colour, type Image } from './image/image.js';
export {
  decodableFormats,
  decodeImage,
  readImageHeader,
  type DecodableFormat,
  type DecodeOptions,
  type ImageHeader,
  type ImageLimits,
} from './image/decode.js';
export { encodeJpeg, encodePng } from './image/encode.js';
export { fitImage, type FitMode, type FitOptions, type FittedImage, type Sampling } from './image/fit.js';
export {
  toCanvasPoint,
  toImageBox,
  toImagePoint,
  type Mapping,
  type RatioBox,
  type RatioPoint,
} from './image/mapping.js';
export { cropImage, rotateImage, toPixelBox, type PixelBox } from './image/crop.js';
export {
  applyAffine,
  composeAffine,
  invertAffine,
  similarityTransform,
  type Affine,
  type PixelPoint,
} from './image/affine.js';
export { warpAffine, type WarpOptions } from './image/warp.js';
export { toTensor, type FloatTensor, type TensorOptions } from './image/tensor.js';
export { drawMarks, toSvg, type Mark } from './image/draw.js';

export type { MediaSource } from './byte-source.js';
export { durationMs, type Audio, type AudioStream } from './audio/audio.js';
export { openAudio, readAudio, type OpenAudioOptions } from './audio/open-audio.js';
export { openAudioHere, type AudioOptions } from './audio/open-here.js';
export { deinterleave, interleave, mixToMono } from './audio/channels.js';
export { measureLevels, normalisePeak, type Levels } from './audio/levels.js';
export { resample, Resampler } from './audio/resample/resampler.js';
export type { ResampleQuality } from './audio/resample/filter.js';
export { limited, toMono, toRate } from './audio/transform.js';
export { encodeWav, type WavWidth } from './audio/wav/write.js';

export { FFMPEG_ADVICE, findFfmpeg, type Ffmpeg } from './ffmpeg/find.js';
export type { FfmpegLimits } from './ffmpeg/run.js';
export { probeMedia, type MediaProbe, type ProbeOptions, type SoundStream, type VideoStream } from './ffmpeg/probe.js';
export { openFrames, type FrameChoice, type FrameOptions, type VideoFrame, type VideoFrames } from './ffmpeg/frames.js';

export { mediaCapabilities, type MediaCapabilities } from './doctor.js';
