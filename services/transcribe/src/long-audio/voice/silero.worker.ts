import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { speechSampleRateHz } from '../../recognition/speech-engine.js';
import { contextSamples, type SileroAnswer, type SileroMemory, type SileroRequest } from './silero-messages.js';
import { frameSamples } from './voice-detector.js';

/** The network in its thread; it keeps nothing of a sound, so that many sounds can take turns. */
async function serve(path: string, answer: (message: SileroAnswer, moved?: ArrayBuffer[]) => void): Promise<void> {
  // One thread: a frame is 32 ms of sound and costs well under one, too little to divide.
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const rate = new Tensor('int64', BigInt64Array.of(BigInt(speechSampleRateHz)), []);

  async function score(samples: Float32Array, memory: SileroMemory) {
    const probabilities = new Float32Array(samples.length / frameSamples);
    let state = new Tensor('float32', memory.state, [2, 1, memory.state.length / 2]);
    const input = new Float32Array(contextSamples + frameSamples);
    input.set(memory.context);
    for (let frame = 0; frame < probabilities.length; frame++) {
      input.set(samples.subarray(frame * frameSamples, (frame + 1) * frameSamples), contextSamples);
      const outputs = await session.run({ input: new Tensor('float32', input, [1, input.length]), state, sr: rate });
      const { output, stateN } = outputs;
      if (!output || !stateN) throw new Error('the voice detector gave no output');
      probabilities[frame] = Number(output.data[0]);
      state = stateN as typeof state;
      input.copyWithin(0, frameSamples);
    }
    return {
      probabilities,
      memory: { state: Float32Array.from(state.data), context: input.slice(0, contextSamples) },
    };
  }

  // One request after the other: a run of the network would otherwise wait inside another's.
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, samples, memory }: SileroRequest) => {
    last = last.then(async () => {
      try {
        const scored = await score(samples, memory);
        answer({ type: 'scored', id, ...scored });
      } catch (cause) {
        answer({ type: 'failed', id, message: cause instanceof Error ? cause.message : String(cause) });
      }
    });
  });
  answer({ type: 'loaded' });
}

await serve(String(workerData), (message) => parentPort?.postMessage(message));
