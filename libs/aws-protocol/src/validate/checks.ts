import type { ListShape, MapShape, Member, ServiceApi, Shape, StructureShape } from '../schema.js';
import { constraintsOf, type Constraint } from './constraints.js';
import { isSensitive, memberPath, printValue } from './print-value.js';
import type { Violations } from './violations.js';

/** Checks a present value; `parent` and `step` are joined to a path only where it is needed. */
type Check = (value: unknown, parent: string, step: string, violations: Violations) => void;
type StructureCheck = (value: Readonly<Record<string, unknown>>, path: string, violations: Violations) => void;

const joinPath = (parent: string, step: string) => (parent === '' ? step : `${parent}.${step}`);
const isStructure = (shape: Shape | undefined): shape is StructureShape =>
  shape?.type === 'structure' || shape?.type === 'union';

/**
 * The compiled checks of one API: a closure per structure and member, built at first use. A shape without constraints
 * costs nothing, and recursive shapes end where the value ends.
 */
export class Checks {
  private readonly structures = new Map<string, StructureCheck | undefined>();

  constructor(private readonly api: ServiceApi) {}

  /** The check of a structure by its shape's name. */
  structure(name: string): StructureCheck | undefined {
    if (this.structures.has(name)) return this.structures.get(name);
    const shape = this.api.shapes[name];
    if (!isStructure(shape)) return undefined;
    // A recursive shape finds this entry while it is being built, and looks the finished check up at run time.
    this.structures.set(name, (value, path, violations) => this.structures.get(name)?.(value, path, violations));
    const check = this.compileStructure(shape);
    this.structures.set(name, check);
    return check;
  }

  private compileStructure(shape: StructureShape): StructureCheck | undefined {
    const members = Object.entries(shape.members).flatMap(([name, member]) => {
      const check = this.member(member);
      const required = member.required === true;
      return check || required ? [{ name, step: memberPath(name), required, check }] : [];
    });
    if (members.length === 0) return undefined;
    return (value, path, violations) => {
      for (const { name, step, required, check } of members) {
        const inner = value[name];
        if (inner !== undefined && inner !== null) check?.(inner, path, step, violations);
        else if (required)
          violations.add(() => ({
            path: joinPath(path, step),
            kind: 'required',
            value: 'null',
            sentence: 'Member must not be null',
          }));
      }
    };
  }

  private member(member: Member): Check | undefined {
    const shape = this.api.shapes[member.shape];
    if (!shape) return undefined;
    const own = this.ownConstraints(constraintsOf(shape, member), member);
    const inner = this.contents(shape, member);
    if (!own || !inner) return own ?? inner;
    return (value, parent, step, violations) => {
      own(value, parent, step, violations);
      inner(value, parent, step, violations);
    };
  }

  private ownConstraints(constraints: readonly Constraint[], member: Member): Check | undefined {
    if (constraints.length === 0) return undefined;
    const { api } = this;
    return (value, parent, step, violations) => {
      for (const constraint of constraints) {
        if (constraint.holds(value)) continue;
        violations.add(() => ({
          path: joinPath(parent, step),
          kind: constraint.kind,
          value: isSensitive(api, member) ? undefined : printValue(api, member, value),
          sentence: constraint.sentence,
        }));
      }
    };
  }

  private contents(shape: Shape, member: Member): Check | undefined {
    switch (shape.type) {
      case 'structure':
      case 'union': {
        // A stream of events is no value: its events are checked as they come.
        if (shape.streaming) return undefined;
        const check = this.structure(member.shape);
        return (
          check &&
          ((value, parent, step, violations) =>
            check(value as Record<string, unknown>, joinPath(parent, step), violations))
        );
      }
      case 'list':
        return this.items(shape, member);
      case 'map':
        return this.entries(shape, member);
      default:
        return undefined;
    }
  }

  private isSimple(member: Member): boolean {
    const shape = this.api.shapes[member.shape];
    return !shape || !(isStructure(shape) || shape.type === 'list' || shape.type === 'map');
  }

  /** Items of simple type are reported by their list, as AWS does; structures by their own path, `list.3.member`. */
  private items(shape: ListShape, member: Member): Check | undefined {
    if (this.isSimple(shape.member)) {
      const check = this.elements('Member must satisfy constraint', shape.member, member);
      return check && ((value, parent, step, violations) => check(value as unknown[], value, parent, step, violations));
    }
    const item = this.member(shape.member);
    return (
      item &&
      ((value, parent, step, violations) => {
        const path = joinPath(parent, step);
        (value as unknown[]).forEach((inner, index) => {
          if (inner !== null) item(inner, path, `${index + 1}.member`, violations);
        });
      })
    );
  }

  private entries(shape: MapShape, member: Member): Check | undefined {
    const keys = this.elements('Map keys must satisfy constraint', shape.key, member);
    const values = this.isSimple(shape.value)
      ? this.elements('Map value must satisfy constraint', shape.value, member)
      : undefined;
    const inner = this.isSimple(shape.value) ? undefined : this.member(shape.value);
    if (!keys && !values && !inner) return undefined;
    return (value, parent, step, violations) => {
      const map = value as Readonly<Record<string, unknown>>;
      keys?.(Object.keys(map), value, parent, step, violations);
      values?.(Object.values(map), value, parent, step, violations);
      if (!inner) return;
      const path = joinPath(parent, step);
      for (const key of Object.keys(map))
        if (map[key] !== null) inner(map[key], path, `${key.slice(0, 200)}.member`, violations);
    };
  }

  /** Checks simple elements together: one that fails makes one violation, which lists all their constraints. */
  private elements(lead: string, element: Member, container: Member) {
    const shape = this.api.shapes[element.shape];
    const constraints = shape ? constraintsOf(shape, element) : [];
    if (constraints.length === 0) return undefined;
    const { api } = this;
    const sentence = `${lead}: [${constraints.map((constraint) => constraint.sentence).join(', ')}]`;
    const hidden = isSensitive(api, element) || isSensitive(api, container);
    return (elements: readonly unknown[], whole: unknown, parent: string, step: string, violations: Violations) => {
      const broken = elements.some(
        (value) => value !== null && value !== undefined && constraints.some((constraint) => !constraint.holds(value)),
      );
      if (!broken) return;
      violations.add(() => ({
        path: joinPath(parent, step),
        kind: 'members',
        value: hidden ? undefined : printValue(api, container, whole),
        sentence,
      }));
    };
  }
}
