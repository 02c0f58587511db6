import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus, hasNoRules } from '@lantern/events';
import { JobStore, type JobRecord, type TransitionListener } from '@lantern/jobs';
import { jobArn, outputUriOf, type AnalysisFamily, type AnalysisRecord } from './analysis-family.js';
import { families } from './families.js';
import { toJobStatus } from './job-status.js';

/**
 * Tells the event bus of every state of every job, in the transaction in which it is reached.
 *
 * AWS tells nobody but through CloudTrail; the form of these events is ours, after Transcribe's "Transcribe Job State
 * Change" (https://docs.aws.amazon.com/transcribe/latest/dg/monitoring-events.html, read 2026-11).
 */
@Injectable()
export class JobAnnouncer implements OnModuleInit {
  private readonly byDefinition = new Map(families.map((family) => [family.job.name, family]));

  constructor(
    private readonly jobs: JobStore,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    this.jobs.onTransition(
      families.map(({ job }) => job),
      this.announce,
      hasNoRules('jobs'),
    );
  }

  private readonly announce: TransitionListener = async (transaction, record) => {
    const family = this.byDefinition.get(record.definition);
    if (!family) return;
    const arn = jobArn(family, record);
    await this.events.publish(transaction, {
      account: record.account,
      region: record.region,
      source: 'aws.comprehend',
      detailType: 'Comprehend Job State Change',
      detail: toDetail(family, record, arn),
      resources: [arn],
      // What is told of one job arrives in the order of its states.
      groupId: arn,
    });
  };
}

function toDetail(family: AnalysisFamily, record: JobRecord, JobArn: string): object {
  const { id, name, status, failure, submittedAt, endedAt } = record;
  return {
    JobId: id,
    JobArn,
    JobType: family.arnWord,
    JobName: name,
    JobStatus: toJobStatus(status),
    Message: failure,
    SubmitTime: submittedAt.toISOString(),
    EndTime: endedAt?.toISOString(),
    // A record of this definition was written with its request.
    OutputS3Uri: outputUriOf(family, record as AnalysisRecord),
  };
}
