import { Inject, Injectable } from '@nestjs/common';
import type { Call, Handler, InputOf, OutputOf } from '@lantern/aws-protocol';
import { InvalidPageTokenError } from '@lantern/store';
import type { JobDefinition } from '../records/job-definition.js';
import { ClientTokenConflictError, JobNotFoundError } from '../records/job-errors.js';
import { isEnded, JobStatus } from '../records/job-states.js';
import { JobStore } from '../records/job-store.js';
import type { JobFamilyOperations, JobMapping } from './job-mapping.js';

/** A handler that Nest makes with the store of jobs. */
export type JobHandlerClass<Op> = new (jobs: JobStore) => Handler<Op>;

/** The handlers of one family, for a service's table and its module. */
export type JobHandlers<Ops extends JobFamilyOperations> = { readonly [Verb in keyof Ops]: JobHandlerClass<Ops[Verb]> };

/**
 * Makes the handlers of a family of `Start…Job`, `Describe…Job`, `List…Jobs` and `Stop…Job`.
 * @param mapping between AWS's names and ours
 */
export function jobOperations<Ops extends JobFamilyOperations, Request, Outcome>(
  definition: JobDefinition<Request, Outcome>,
  mapping: JobMapping<Ops, Request, Outcome>,
): JobHandlers<Pick<Ops, keyof JobFamilyOperations>> {
  const { errors } = mapping;

  class Start implements Handler<Ops['Start']> {
    constructor(private readonly jobs: JobStore) {}

    async handle(input: InputOf<Ops['Start']>, call: Call): Promise<OutputOf<Ops['Start']>> {
      const { account, region } = call;
      const started = this.jobs.start(definition, { ...mapping.start(input, call), account, region });
      return mapping.started(await translated(started, ClientTokenConflictError, errors.tokenConflict), call);
    }
  }

  class Describe implements Handler<Ops['Describe']> {
    constructor(private readonly jobs: JobStore) {}

    async handle(input: InputOf<Ops['Describe']>, call: Call): Promise<OutputOf<Ops['Describe']>> {
      const id = mapping.idOf(input);
      const record = await this.jobs.find(definition, call, id);
      if (!record) throw errors.notFound(id);
      return mapping.described(record, call);
    }
  }

  class List implements Handler<Ops['List']> {
    constructor(private readonly jobs: JobStore) {}

    async handle(input: InputOf<Ops['List']>, call: Call): Promise<OutputOf<Ops['List']>> {
      const { account, region } = call;
      const filter = { ...mapping.filter(input, call), account, region };
      const listed = this.jobs.list(definition, filter, mapping.page(input));
      const page = await translated(listed, InvalidPageTokenError, errors.invalidPageToken);
      return mapping.listed(page.items, page.nextToken, call);
    }
  }

  class Stop implements Handler<Ops['Stop']> {
    constructor(private readonly jobs: JobStore) {}

    async handle(input: InputOf<Ops['Stop']>, call: Call): Promise<OutputOf<Ops['Stop']>> {
      const id = mapping.idOf(input);
      const stopped = this.jobs.requestStop(definition, call, id);
      const record = await translated(stopped, JobNotFoundError, () => errors.notFound(id));
      const refusal =
        isEnded(record.status) && record.status !== JobStatus.STOPPED
          ? errors.alreadyEnded?.(record.status)
          : undefined;
      if (refusal) throw refusal;
      return mapping.stopped(record, call);
    }
  }

  return {
    Start: injectable(Start),
    Describe: injectable(Describe),
    List: injectable(List),
    Stop: injectable(Stop),
  };
}

/** What `@Injectable()` and a typed parameter say of a class that has a name. */
function injectable<Op>(type: JobHandlerClass<Op>): JobHandlerClass<Op> {
  Injectable()(type);
  Inject(JobStore)(type, undefined, 0);
  return type;
}

/** Turns one error of the store into a modelled one. */
async function translated<T>(
  promise: Promise<T>,
  type: abstract new (...parameters: never[]) => Error,
  into: () => Error,
): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof type ? into() : error;
  }
}
