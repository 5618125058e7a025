/** The Temporal server of this test run, and our workflows bundled for it as the worker bundles them. */
import { world, type World } from './world.ts';

export { workflowBundle } from '../../activities/workflow-bundle.ts';

/** Address and namespace; search attributes are registered. Use a `queueSuffix` of your own in each test file. */
export function testTemporal(): World['temporal'] {
  return world().temporal;
}
