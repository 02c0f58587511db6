import type { Dimension, ElementType, TensorData, TensorType } from '../model.js';
import { numbersOf } from '../tensor/read.js';

export type Shape = readonly Dimension[];

/** What is known of a value before the graph runs. */
export interface Known extends TensorType {
  /** How errors call it; empty where it has no name. */
  readonly name: string;
  /** All of it, when it is constant. */
  readonly data?: TensorData;
  /**
   * The elements of a list of integers (or of one integer) that describes lengths, as far as they are known: the shape
   * of ['batch', 3] is known as 'batch' and 3 although it is no constant.
   */
  readonly elements?: readonly Dimension[];
}

/** Longer lists are not followed: no tensor has so many dimensions, and a hostile model could have millions. */
export const maxFollowedElements = 1024;

/** The elements of a short list of integers, or of a single one; undefined where they are not known. */
export function elementsOf(known: Known): readonly Dimension[] | undefined {
  if (known.elements !== undefined) return known.elements;
  const { data } = known;
  if (data === undefined || data.dims.length > 1 || !isFollowed(data.elementType)) return undefined;
  if ((data.dims[0] ?? 1) > maxFollowedElements) return undefined;
  const numbers = numbersOf(data);
  return numbers === undefined ? undefined : Array.from(numbers);
}

/** Whether elements of this type take part in the arithmetic of shapes. */
export function isFollowed(elementType: ElementType): boolean {
  return elementType === 'int64' || elementType === 'int32' || elementType === 'bool';
}

/** What is known of a constant. */
export function knownConstant(name: string, data: TensorData): Known {
  return { name, elementType: data.elementType, shape: data.dims, data };
}
