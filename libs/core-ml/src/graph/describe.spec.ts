import { expect, it } from 'vitest';
import { describeModel, descriptionText } from './describe.js';
import { branchingModel, vector } from './small-models.fixture.js';

it('counts operators and parameters, those inside branches, too', () => {
  const description = describeModel(branchingModel());
  expect(description.nNodes).toBe(7);
  expect([...description.operators]).toEqual([
    ['Add', 2],
    ['Neg', 2],
    ['Exp', 1],
    ['If', 1],
    ['Relu', 1],
  ]);
  expect(description.parameters).toEqual(new Map([['float32', { count: 2, bytes: 8 }]]));
});

it('says in lines what a model is', () => {
  const { graph, ...model } = branchingModel();
  const large = vector(...Array.from({ length: 1_234 }, () => 0));
  const text = descriptionText(
    describeModel({
      ...model,
      producerName: 'someone',
      producerVersion: '2',
      metadata: new Map([['licence', 'MIT\u001b[2J']]),
      graph: { ...graph, initialisers: new Map([...graph.initialisers, ['large', large]]) },
    }),
  );
  expect(text.split('\n')).toEqual([
    'producer    someone 2',
    'format      IR 8, operator sets ai.onnx 17',
    'inputs      condition: bool [1]',
    '            x: float32 [2]',
    'outputs     y: float32 [2]',
    'parameters  1,236 in 4.9 kB (1,236 float32)',
    'operators   7: 2 Add, 2 Neg, 1 Exp, 1 If, 1 Relu',
    'metadata    licence = MIT\ufffd[2J',
  ]);
});
