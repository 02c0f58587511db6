import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CompileSourceError } from '../source-error.js';
import type { Sample, Samples } from './tensor-sample.js';

/** The compiled network in the runtime that will serve it, on one thread. Blocks the thread that it is called on. */
export class CompiledModel {
  private constructor(private readonly session: InferenceSession) {}

  static async open(bytes: Uint8Array): Promise<CompiledModel> {
    return new CompiledModel(
      await InferenceSession.create(bytes, {
        ...{ intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' },
        ...{ graphOptimizationLevel: 'all', logSeverityLevel: 3 },
      }),
    );
  }

  get outputNames(): readonly string[] {
    return this.session.outputNames;
  }

  /** The outputs in the network's order. */
  async run(inputs: Samples): Promise<Sample[]> {
    const feeds = [...inputs].map(([name, { elementType, data, dims }]) => [name, new Tensor(elementType, data, dims)]);
    const outputs = await this.session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
    return this.session.outputNames.map((name) => toSample(name, outputs[name]!));
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

function toSample(name: string, { type, dims, data }: Tensor): Sample {
  if (data instanceof Float32Array) return { elementType: 'float32', dims, data };
  if (data instanceof Int32Array) return { elementType: 'int32', dims, data };
  if (data instanceof Uint8Array) return { elementType: 'bool', dims, data };
  throw new CompileSourceError(`the output '${name}' is of type ${type}, which TensorFlow.js does not have`);
}
