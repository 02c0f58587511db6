import { parse, type AnyNode, type Expression } from 'acorn';

/** A script that should hold a literal does not; says where. */
export class ScriptLiteralError extends Error {
  override readonly name = 'ScriptLiteralError';
}

/** What JSON can say, which is also what a literal of a bundled script says. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * The value that a bundled CommonJS module exports as a literal: packages that carry networks for browsers wrap `model.json`
 * and base64 shards in scripts. The script is parsed, never run.
 * @throws ScriptLiteralError where the script exports no literal, or something that would have to be run
 */
export function readExportedLiteral(script: string): Plain {
  try {
    const program = parse(script, { ecmaVersion: 'latest', sourceType: 'script' });
    // A bundler's prelude has `….exports = {}` of its own: the module's exports are the last ones.
    const exported = [...assignedExports(program)].findLast((value) => !isEmptyObject(value));
    if (exported === undefined) throw new ScriptLiteralError('the script exports no literal');
    return plainOf(exported);
  } catch (error) {
    if (error instanceof ScriptLiteralError) throw error;
    // acorn's errors of syntax, and its recursion's end where a script is nested without end.
    throw new ScriptLiteralError(`the script cannot be parsed: ${(error as Error).message}`, { cause: error });
  }
}

/** What is assigned to `module.exports`, whose `module` a minifier may have renamed, where it can be a literal. */
function* assignedExports(root: AnyNode): Generator<Expression> {
  const open: AnyNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'AssignmentExpression' && isExports(node.left) && mayBeLiteral(node.right)) {
      yield node.right;
      continue;
    }
    open.push(...childrenOf(node).reverse());
  }
}

function isExports(target: AnyNode): boolean {
  if (target.type !== 'MemberExpression' || target.computed) return false;
  return target.property.type === 'Identifier' && target.property.name === 'exports';
}

const mayBeLiteral = ({ type }: Expression) =>
  type === 'ObjectExpression' || type === 'ArrayExpression' || type === 'Literal';

const isEmptyObject = (value: Expression) => value.type === 'ObjectExpression' && value.properties.length === 0;

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flatMap((member: unknown) => {
    const nodes: readonly unknown[] = Array.isArray(member) ? member : [member];
    return nodes.filter(isNode);
  });
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function plainOf(node: AnyNode | null): Plain {
  switch (node?.type) {
    case 'Literal':
      if (typeof node.value !== 'object' && typeof node.value !== 'bigint') return node.value ?? null;
      return node.raw === 'null' ? null : refuse(node);
    case 'ArrayExpression':
      return node.elements.map(plainOf);
    case 'ObjectExpression':
      // fromEntries defines members, so that a key `__proto__` is a key like others.
      return Object.fromEntries(
        node.properties.map((property) => (property.type === 'Property' ? memberOf(property) : refuse(property))),
      );
    case 'UnaryExpression': {
      const value = unaryOf(node.operator, node.argument);
      return value === undefined ? refuse(node) : value;
    }
    default:
      return refuse(node);
  }
}

function memberOf({ key, value, kind, computed }: Extract<AnyNode, { type: 'Property' }>): [string, Plain] {
  if (kind !== 'init' || computed) return refuse(key);
  if (key.type === 'Identifier') return [key.name, plainOf(value)];
  return key.type === 'Literal' ? [String(key.value), plainOf(value)] : refuse(key);
}

/** What minifiers write: `-1`, `!0` for true, `!1` for false, `void 0` for nothing. */
function unaryOf(operator: string, argument: Expression): Plain | undefined {
  if (argument.type !== 'Literal' || typeof argument.value !== 'number') return undefined;
  if (operator === '-') return -argument.value;
  if (operator === '!') return argument.value === 0;
  return operator === 'void' ? null : undefined;
}

function refuse(node: AnyNode | null): never {
  const where = node === null ? 'a gap in a list' : `${node.type} at character ${node.start}`;
  throw new ScriptLiteralError(`the script exports more than a literal: ${where}`);
}
