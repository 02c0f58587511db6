import { notImplemented, type Call, type Handler, type Operation, type ServiceDefinition } from '@lantern/aws-protocol';
import { describe, expect, it, vi } from 'vitest';
import { TableCaller } from './operation-caller.js';

class Handled {
  handle(): never {
    throw new Error('the look-up finds another');
  }
}

/** A service with an operation that is done and one that is not. */
const notes: ServiceDefinition = {
  api: {
    name: 'notes',
    sdkId: 'Notes',
    version: '2026-11-25',
    protocols: ['awsJson1_1'],
    target: 'Notes',
    signingName: 'notes',
    arnNamespace: 'notes',
    endpointPrefix: 'notes',
    shapes: {
      Text: { type: 'string', length: [1, 5] },
      Note: { type: 'structure', members: { Text: { shape: 'Text', required: true } } },
    },
    operations: Object.fromEntries(
      ['Write', 'Read'].map((name) => [name, { name, input: 'Note', output: 'Note', errors: [] }]),
    ),
  },
  table: { Write: Handled, Read: notImplemented('notes cannot be read yet') },
};

const caller = { account: '111122223333', region: 'eu-west-1' };

/** A caller whose one handler does `handle`. */
function open(handle: (input: unknown, call: Call) => unknown) {
  const table = new TableCaller([notes]);
  const handler: Handler<Operation> = { handle: (input, call) => Promise.resolve(handle(input, call) as object) };
  table.bind(({ operation }) => (operation.name === 'Write' ? handler : undefined));
  return table;
}

describe('TableCaller', () => {
  it('calls as the account’s root, in its region, with what the wire cannot say', async () => {
    let heard: Call | undefined;
    const table = open((input, call) => {
      heard = call;
      return input;
    });
    expect(await table.call('notes', 'Write', { Text: 'short' }, { ...caller, groupId: 'g' })).toEqual({
      Text: 'short',
    });
    expect(heard).toMatchObject({
      service: 'notes',
      operation: 'Write',
      account: '111122223333',
      region: 'eu-west-1',
      principal: { account: '111122223333', arn: 'arn:aws:iam::111122223333:root' },
      internal: { groupId: 'g' },
    });
    expect(heard?.signal.aborted).toBe(false);
  });

  it('gives an empty output for none, and a request id of its own to each call', async () => {
    const ids: string[] = [];
    const table = open((_input, { requestId }) => void ids.push(requestId));
    for (let index = 0; index < 2; index++)
      expect(await table.call('notes', 'Write', { Text: 'a' }, caller)).toEqual({});
    expect(new Set(ids).size).toBe(2);
  });

  it('passes the caller’s signal on', async () => {
    const abort = new AbortController();
    const table = open((_input, { signal, abandonment }) => {
      abort.abort(new Error('enough'));
      return { Text: `${signal.aborted} ${abandonment.aborted}` };
    });
    const output = await table.call('notes', 'Write', { Text: 'a' }, { ...caller, signal: abort.signal });
    expect(output).toEqual({ Text: 'true true' });
  });

  it('refuses what a request would be refused for, before the handler', async () => {
    const handle = vi.fn();
    const table = open(handle);
    const call = (operation: string, input: object, service = 'notes') => table.call(service, operation, input, caller);
    await expect(call('Write', { Text: 'too long' })).rejects.toMatchObject({ status: 400 });
    await expect(call('Write', {})).rejects.toMatchObject({ status: 400 });
    await expect(call('Burn', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
    await expect(call('Write', {}, 'letters')).rejects.toMatchObject({ code: 'UnknownOperationException' });
    await expect(call('Read', { Text: 'a' })).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('notes cannot be read yet') as string,
    });
    expect(handle).not.toHaveBeenCalled();
  });

  it('says that this process does not serve it, before handlers are bound', async () => {
    const call = new TableCaller([notes]).call('notes', 'Write', { Text: 'a' }, caller);
    await expect(call).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('this process does not serve it') as string,
    });
  });

  it('passes on what a handler throws', async () => {
    const table = open(() => {
      throw new Error('no paper');
    });
    await expect(table.call('notes', 'Write', { Text: 'a' }, caller)).rejects.toThrow('no paper');
  });
});
