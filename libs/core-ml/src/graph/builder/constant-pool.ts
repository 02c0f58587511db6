import type { TensorData } from '../model.js';
import type { Value } from './value.js';

/** Up to this size equal constants are looked for: scalars, axes and shapes repeat, weights do not. */
const largestShared = 64;

/** The constants of a graph. Small ones that are equal are kept once. */
export class ConstantPool {
  private readonly values = new Map<Value, TensorData>();
  private readonly shared = new Map<string, Value>();

  /** @param make called when there is no equal constant yet; one with a name of its own is always new */
  add(data: TensorData, name: string | undefined, make: () => Value): Value {
    const key = name === undefined ? keyOf(data) : undefined;
    const known = key === undefined ? undefined : this.shared.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.values.set(value, data);
    if (key !== undefined) this.shared.set(key, value);
    return value;
  }

  /** Those that something reads, by name. */
  initialisers(isRead: (value: Value) => boolean): ReadonlyMap<string, TensorData> {
    return new Map([...this.values].filter(([value]) => isRead(value)).map(([value, data]) => [value.name, data]));
  }
}

function keyOf({ elementType, dims, content }: TensorData): string | undefined {
  if (content.kind !== 'bytes' || content.bytes.byteLength > largestShared) return undefined;
  return `${elementType} ${dims.join(',')} ${content.bytes.join(',')}`;
}
