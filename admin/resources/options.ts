/** What AdminJS shows of each resource, and who may call what. Nothing is ever edited: changes are decisions. */
import type { ActionContext, ResourceOptions, ResourceWithOptions } from 'adminjs';
import type { Database } from '../../store/database.ts';
import { PANEL_VIEWS, type PanelView } from '../../store/panel-views.ts';
import { codeLockActions, type CodeLockDesk } from '../actions/code-locks.ts';
import { decisionAction, type DecisionDesk } from '../actions/decision.ts';
import { identityActions, type IdentityDesk } from '../actions/identity.ts';
import { lookUpAction } from '../actions/look-up.ts';
import { reviewAction, type ReviewOptions } from '../actions/review.ts';
import { windowAction, type WindowDesk } from '../actions/window.ts';
import { isHeadquarters } from '../context.ts';
import { PanelTable } from '../knex-resource.ts';
import { headquartersSections } from './headquarters.ts';
import type { Shown } from './shown.ts';

export interface ResourceDeps extends DecisionDesk, IdentityDesk, WindowDesk, ReviewOptions, CodeLockDesk {
  /** For what changes something; `panel` is for reads. */
  readonly app: Database;
  readonly panel: Database;
}

/** The files of candidates, and what is done at them. */
function fileSections(deps: ResourceDeps): Shown[] {
  return [
    {
      id: 'registrations',
      icon: 'Inbox',
      title: 'candidate',
      listProperties: ['candidate', 'constituencyTitle', 'status', 'round', 'waitingSince'],
      list: 'Worklist',
      show: 'Review',
      actions: {
        review: reviewAction(deps),
        approve: decisionAction(deps, 'approve'),
        return: decisionAction(deps, 'return'),
        reject: decisionAction(deps, 'reject'),
        ...identityActions(deps),
        lookUp: lookUpAction(deps),
      },
    },
    {
      id: 'identity-proposals',
      icon: 'UserCheck',
      title: 'candidate',
      listProperties: ['candidate', 'constituencyTitle', 'document', 'proposedBy', 'proposedAt', 'state'],
      list: 'Proposals',
    },
  ];
}

function shownResources(deps: ResourceDeps): Shown[] {
  return [
    ...fileSections(deps),
    {
      id: 'code-locks',
      icon: 'Lock',
      title: 'liftedAt',
      listProperties: ['liftedAt', 'liftedBy', 'reason', 'failures', 'governorateName'],
      list: 'CodeLocks',
      actions: codeLockActions(deps),
    },
    {
      id: 'messages',
      icon: 'MessageSquare',
      title: 'kind',
      listProperties: ['registrationId', 'kind', 'text', 'sentAt', 'readAt'],
    },
    {
      id: 'documents',
      icon: 'Image',
      title: 'kind',
      listProperties: ['registrationId', 'kind', 'version', 'bytes', 'uploadedAt'],
    },
    {
      id: 'elections',
      icon: 'Calendar',
      title: 'title',
      listProperties: ['title', 'kinds', 'opensAt', 'closesAt', 'correctionHours'],
      actions: { window: windowAction(deps) },
    },
    {
      id: 'constituencies',
      icon: 'MapPin',
      title: 'title',
      listProperties: ['title', 'kind', 'governorateName', 'seats', 'electionTitle'],
    },
    ...headquartersSections(deps),
  ];
}

/** Hiding alone would leave the action callable. */
const NEVER = { isAccessible: false, isVisible: false } as const;

function optionsOf(shown: Shown, { defaultSort }: PanelView): ResourceOptions {
  const isAccessible = (context: ActionContext): boolean => !shown.headquarters || isHeadquarters(context);
  const page = { isAccessible, hideActionHeader: true, showInDrawer: false };
  return {
    id: shown.id,
    navigation: { name: null, icon: shown.icon },
    listProperties: shown.listProperties,
    sort: { sortBy: defaultSort.by, direction: defaultSort.direction },
    properties: { [shown.title]: { isTitle: true } },
    actions: {
      ...shown.actions,
      list: { ...page, component: shown.list ?? 'RecordList', showFilter: false },
      show: { ...page, component: shown.show ?? 'RecordPage' },
      search: { isAccessible },
      new: NEVER,
      edit: NEVER,
      delete: NEVER,
      bulkDelete: NEVER,
    },
  };
}

export function panelResources(deps: ResourceDeps): ResourceWithOptions[] {
  const shown = shownResources(deps);
  return PANEL_VIEWS.map((view) => {
    const one = shown.find(({ id }) => id === view.id);
    if (!one) throw new Error(`The view ${view.id} is not shown.`);
    return { resource: new PanelTable(deps.panel, view), options: optionsOf(one, view) };
  });
}
