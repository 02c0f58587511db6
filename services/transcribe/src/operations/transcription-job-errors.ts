import { BadRequestException, ConflictException, NotFoundException } from '../api/index.js';

/** AWS's words. */
export const jobNotFound = () =>
  new BadRequestException("The requested job couldn't be found. Check the job name and try your request again.");

export const jobNameTaken = () => new ConflictException('The requested job name already exists.');

export const invalidPageToken = () => new BadRequestException('The NextToken is not one that this list has given out.');

export const jobNotEnded = () =>
  new BadRequestException('The job has not ended. Wait until it is COMPLETED or FAILED and try your request again.');

export const resourceNotFound = () =>
  new NotFoundException("The resource couldn't be found. Check the ARN and try your request again.");
