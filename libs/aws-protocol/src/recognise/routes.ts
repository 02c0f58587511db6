import { ServiceError } from '../errors.js';
import type { Headers } from '../http.js';
import { structure } from '../protocols/protocol.js';
import { parseQuery } from '../protocols/rest-bindings.js';
import type { Operation, ServiceApi } from '../schema.js';

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

interface Route {
  readonly operation: Operation;
  readonly segments: readonly Segment[];
  readonly greedyAt: number;
  /** Query keys that the path names, with their value where it names one. */
  readonly literals: readonly (readonly [key: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly xId: string | undefined;
  /** Higher is more specific: literal segments before literal queries before required members. */
  readonly score: number;
}

/** What is matched: a path still encoded, a query, headers. */
export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Headers;
}

/** The operation that a request means, and the values of its path's labels. */
export interface RouteMatch {
  readonly operation: Operation;
  readonly labels: Record<string, string>;
}

function parseSegment(text: string): Segment {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text);
  return label ? { label: label[1] ?? '', greedy: label[2] === '+' } : { literal: text };
}

function compileRoute(api: ServiceApi, operation: Operation, uri: string): Route {
  const [path = '/', rawQuery = ''] = uri.split('?', 2);
  const segments = path
    .split('/')
    .slice(1)
    .filter((segment) => segment !== '')
    .map(parseSegment);
  const query = parseQuery(rawQuery);
  const literals = query.filter(([key]) => key !== 'x-id').map(([key, value]) => [key, value || undefined] as const);
  const required = Object.values(structure(api, operation.input).members).filter((member) => member.required);
  const named = (place: 'query' | 'header') =>
    required.flatMap(({ binding }) => (binding?.in === place && 'name' in binding ? [binding.name.toString()] : []));
  const requiredQuery = named('query');
  const requiredHeaders = named('header').map((name) => name.toLowerCase());
  const fixed = segments.filter((segment) => 'literal' in segment).length;
  return {
    operation,
    segments,
    greedyAt: segments.findIndex((segment) => 'label' in segment && segment.greedy),
    literals,
    requiredQuery,
    requiredHeaders,
    xId: query.find(([key]) => key === 'x-id')?.[1],
    score: fixed * 10_000 + literals.length * 100 + requiredQuery.length + requiredHeaders.length,
  };
}

/** Which stretch of the request's segments each of the route's takes; undefined where the path does not fit. */
function fitPath(route: Route, path: readonly string[]): readonly string[] | undefined {
  const { segments, greedyAt } = route;
  let taken: readonly string[];
  if (greedyAt < 0) {
    // `/bucket/` means `/bucket`.
    const trailing = path.length === segments.length + 1 && path[segments.length] === '';
    if (path.length !== segments.length && !trailing) return undefined;
    taken = path;
  } else {
    const extra = path.length - segments.length;
    if (extra < 0) return undefined;
    taken = [
      ...path.slice(0, greedyAt),
      path.slice(greedyAt, greedyAt + extra + 1).join('/'),
      ...path.slice(greedyAt + extra + 1),
    ];
  }
  const fits = segments.every((segment, i) => ('literal' in segment ? segment.literal === taken[i] : taken[i] !== ''));
  return fits ? taken : undefined;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function labelsOf(route: Route, taken: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  route.segments.forEach((segment, i) => {
    if ('label' in segment) labels[segment.label] = decodeLabel(taken[i] ?? '');
  });
  return labels;
}

/** The REST operations of one service, the most specific first. */
export class Routes {
  private readonly byMethod = new Map<string, Route[]>();
  private readonly isS3: boolean;

  constructor(api: ServiceApi) {
    this.isS3 = api.name === 's3';
    for (const operation of Object.values(api.operations)) {
      if (!operation.http) continue;
      const { method, uri } = operation.http;
      const routes = this.byMethod.get(method) ?? [];
      this.byMethod.set(method, [...routes, compileRoute(api, operation, uri)]);
    }
    for (const routes of this.byMethod.values()) routes.sort((a, b) => b.score - a.score);
  }

  /**
   * Finds the operation by method, path, literal query keys and required members. An operation whose literal query key
   * is there wins even without its required members, so that the caller hears which is missing; without a literal,
   * CopyObject and its like are told from their siblings by those members.
   * @throws ServiceError InvalidURI where the query or a label is not percent-encoded properly
   */
  match({ method, path, rawQuery, headers }: RouteRequest): RouteMatch | undefined {
    const segments = path.split('/').slice(1);
    const query = new Map(parseQuery(rawQuery));
    const xId = query.get('x-id');
    let best: { route: Route; taken: readonly string[]; complete: boolean } | undefined;
    for (const route of this.byMethod.get(method) ?? []) {
      if (best && !outranks(route, best.route, best.complete, xId)) continue;
      if (!route.literals.every(([key, value]) => query.has(key) && (value === undefined || query.get(key) === value)))
        continue;
      const complete =
        route.requiredQuery.every((name) => query.has(name)) &&
        route.requiredHeaders.every((name) => headers[name] !== undefined);
      if (!complete && (route.literals.length === 0 || best)) continue;
      const taken = fitPath(route, segments);
      if (taken) best = { route, taken, complete };
    }
    best ??= this.incomplete(method, segments);
    return best && { operation: best.route.operation, labels: labelsOf(best.route, best.taken) };
  }

  /**
   * The most specific operation of that path when none has all its required members: the caller then hears which is
   * missing. S3's paths fit almost anything, so there an incomplete request means nothing.
   */
  private incomplete(method: string, segments: readonly string[]) {
    if (this.isS3) return undefined;
    for (const route of this.byMethod.get(method) ?? []) {
      const taken = route.literals.length === 0 ? fitPath(route, segments) : undefined;
      if (taken) return { route, taken, complete: false };
    }
    return undefined;
  }
}

/** Whether a later route may still replace the best: a complete sibling of an incomplete one, or the one `x-id` names. */
function outranks(route: Route, best: Route, complete: boolean, xId: string | undefined): boolean {
  if (complete) return route.score === best.score && best.xId !== xId && route.xId === xId && xId !== undefined;
  const rank = (of: Route) => Math.floor(of.score / 100);
  return rank(route) === rank(best);
}
