/**
 * A step of the image's build: bundles the workflows where a worker looks for them. A worker in a container could not
 * do it: the compiler unpacks itself into a folder that must be writable and executable, and there is none.
 */
import { workflowBundle } from '../activities/workflow-bundle.ts';

const { code } = await workflowBundle();
console.log(`bundled the workflows, ${code.length} characters`);
