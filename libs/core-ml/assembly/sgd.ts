// The inner loops of blazingtext's gradient descent, four numbers at a time. Compiled by libs/tools/build-kernels.mjs
// into src/algorithms/text/blazingtext/sgd-kernel.wasm.ts. All pointers are byte offsets into the shared memory.

/** hidden = sum of the rows. */
export function sumRows(rows: usize, count: i32, input: usize, dim: i32, hidden: usize): void {
  memory.fill(hidden, 0, (<usize>dim) << 2);
  const whole = dim & ~3;
  for (let i = 0; i < count; i++) {
    const row = input + ((<usize>load<u32>(rows + ((<usize>i) << 2)) * dim) << 2);
    let d = 0;
    for (; d < whole; d += 4) {
      const at = (<usize>d) << 2;
      v128.store(hidden + at, f32x4.add(v128.load(hidden + at), v128.load(row + at)));
    }
    for (; d < dim; d++) {
      const at = (<usize>d) << 2;
      store<f32>(hidden + at, load<f32>(hidden + at) + load<f32>(row + at));
    }
  }
}

/** Adds the gradient to each row. */
export function addToRows(rows: usize, count: i32, input: usize, dim: i32, gradient: usize): void {
  const whole = dim & ~3;
  for (let i = 0; i < count; i++) {
    const row = input + ((<usize>load<u32>(rows + ((<usize>i) << 2)) * dim) << 2);
    let d = 0;
    for (; d < whole; d += 4) {
      const at = (<usize>d) << 2;
      v128.store(row + at, f32x4.add(v128.load(row + at), v128.load(gradient + at)));
    }
    for (; d < dim; d++) {
      const at = (<usize>d) << 2;
      store<f32>(row + at, load<f32>(row + at) + load<f32>(gradient + at));
    }
  }
}

/** vector *= factor. */
export function scale(vector: usize, dim: i32, factor: f32): void {
  for (let d = 0; d < dim; d++) {
    const at = vector + ((<usize>d) << 2);
    store<f32>(at, load<f32>(at) * factor);
  }
}

/** The product of a row and the hidden vector. */
export function dot(row: usize, dim: i32, hidden: usize): f32 {
  const whole = dim & ~3;
  let sums = f32x4.splat(0);
  let d = 0;
  for (; d < whole; d += 4) {
    const at = (<usize>d) << 2;
    sums = f32x4.add(sums, f32x4.mul(v128.load(row + at), v128.load(hidden + at)));
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3);
  for (; d < dim; d++) {
    const at = (<usize>d) << 2;
    sum += load<f32>(row + at) * load<f32>(hidden + at);
  }
  return sum;
}

/** scores[i] = row i of the output matrix · hidden. */
export function scoreRows(output: usize, count: i32, dim: i32, hidden: usize, scores: usize): void {
  for (let i = 0; i < count; i++) {
    store<f32>(scores + ((<usize>i) << 2), dot(output + ((<usize>(i * dim)) << 2), dim, hidden));
  }
}

/** gradient += step · row; row += step · hidden. */
export function updateRow(row: usize, dim: i32, step: f32, hidden: usize, gradient: usize): void {
  const whole = dim & ~3;
  const steps = f32x4.splat(step);
  let d = 0;
  for (; d < whole; d += 4) {
    const at = (<usize>d) << 2;
    const weights = v128.load(row + at);
    v128.store(gradient + at, f32x4.add(v128.load(gradient + at), f32x4.mul(steps, weights)));
    v128.store(row + at, f32x4.add(weights, f32x4.mul(steps, v128.load(hidden + at))));
  }
  for (; d < dim; d++) {
    const at = (<usize>d) << 2;
    const weight = load<f32>(row + at);
    store<f32>(gradient + at, load<f32>(gradient + at) + step * weight);
    store<f32>(row + at, weight + step * load<f32>(hidden + at));
  }
}

/** One update for each row of the output matrix; steps[i] is that of row i. */
export function updateRows(output: usize, count: i32, dim: i32, steps: usize, hidden: usize, gradient: usize): void {
  for (let i = 0; i < count; i++) {
    updateRow(output + ((<usize>(i * dim)) << 2), dim, load<f32>(steps + ((<usize>i) << 2)), hidden, gradient);
  }
}
