/**
 * Puts message and stack of a failure into its encoded attributes, so that the codec encrypts them too.
 * CommonJS, because the SDK loads it by path: with `require` in client and worker, with webpack for workflows.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
