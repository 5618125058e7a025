/** What the worker bundles: each export is a workflow, named as workflows/protocol.ts says. */
export { registration } from './registration.ts';
export { oneTimeCode } from './one-time-code.ts';
export { forgottenNotice } from './forgotten-notice.ts';
