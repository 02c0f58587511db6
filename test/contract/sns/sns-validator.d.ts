/** The parts of https://www.npmjs.com/package/sns-validator that are used; the package has no types. */
declare module 'sns-validator' {
  export default class MessageValidator {
    constructor(hostPattern?: RegExp, encoding?: string);
    validate(message: object | string, done: (error: Error | null, message?: object) => void): void;
  }
}
