import { matMul, type Located, type Operand } from '../../emit/index.js';
import type { ConverterCall, ConverterTable } from '../converter.js';
import { fusedSteps } from './activation.js';

/** Products of matrices. */
export const products: ConverterTable = {
  MatMul: (call) => product(call, undefined, 'transpose_a', 'transpose_b'),
  _FusedMatMul: (call) => {
    const { bias, activate } = fusedSteps(call);
    return activate(product(call, bias, 'transpose_a', 'transpose_b'));
  },
  BatchMatMul: (call) => product(call, undefined, 'adj_x', 'adj_y'),
  BatchMatMulV2: (call) => product(call, undefined, 'adj_x', 'adj_y'),
  Einsum: (call) => {
    const inputs = call.inputs.map((input) => call.emitter.plain(input));
    const equation = call.attributes.text('equation', '');
    return { value: call.emitter.op('Einsum', inputs, { equation }), layout: 'plain' };
  },
};

function product(call: ConverterCall, bias: Operand | undefined, transposeA: string, transposeB: string): Located {
  return matMul(call.emitter, call.input(0), call.input(1), {
    transposeA: call.attributes.flag(transposeA),
    transposeB: call.attributes.flag(transposeB),
    ...(bias === undefined ? {} : { bias }),
  });
}
