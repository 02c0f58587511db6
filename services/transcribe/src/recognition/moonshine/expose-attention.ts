import { expose, readModel, writeModel, type GraphNode, type OnnxModel } from '@lantern/core-ml';

/** Name of the output with a layer's attention to the sound: [text, head, token, frame], rows add up to 1. */
export const attentionOutput = (layer: number): string => `attention.${layer}`;

const attentionNode = /\/layers\.(\d+)\/encoder_attn\/Softmax$/;

/**
 * The decoder with outputs for where each of its layers looks at in the sound. Both branches of the merged network, with memory and
 * without, have the node of one name.
 * @param bytes ONNX
 * @throws Error where the network has no such nodes; ModelFormatError
 */
export function withAttentionOutputs(bytes: Uint8Array): Uint8Array {
  const model = readModel(bytes);
  const nodes = attentionNodes(model);
  if (nodes.size === 0) throw new Error('the decoder has no nodes …/layers.<layer>/encoder_attn/Softmax');
  const exposures = [...nodes].map(([layer, node]) => {
    return { name: attentionOutput(layer), from: { node }, elementType: 'float32' } as const;
  });
  return writeModel(expose(model, exposures));
}

/** Names of the nodes by their layer. */
function attentionNodes({ graph }: OnnxModel): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const visit = (nodes: readonly GraphNode[]): void => {
    for (const { name, attributes } of nodes) {
      const layer = attentionNode.exec(name)?.[1];
      if (layer !== undefined) found.set(Number(layer), name);
      for (const attribute of attributes.values()) if (attribute.kind === 'graph') visit(attribute.value.nodes);
    }
  };
  visit(graph.nodes);
  return new Map([...found].sort(([a], [b]) => a - b));
}
