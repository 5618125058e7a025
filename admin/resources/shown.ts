/** How a section of the panel is shown, beside what its view lists. */
import type { RecordAction } from '../actions/record-action.ts';
import type { ResourceAction } from '../actions/resource-action.ts';

export interface Shown {
  readonly id: string;
  readonly icon: string;
  readonly title: string;
  readonly headquarters?: boolean;
  readonly listProperties: string[];
  readonly actions?: Readonly<Record<string, RecordAction | ResourceAction>>;
  /** Own pages instead of the common ones. */
  readonly list?: string;
  readonly show?: string;
}
