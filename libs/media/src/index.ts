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
