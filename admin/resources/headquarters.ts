/** The sections that only headquarters sees. */
import type { Database } from '../../store/database.ts';
import { bankPrefixActions, unknownPrefixesAction } from '../actions/bank-prefixes.ts';
import { endNoticeAction, writeNoticeAction } from '../actions/notices.ts';
import { providerActions } from '../actions/providers.ts';
import type { Shown } from './shown.ts';

interface HeadquartersDeps {
  readonly app: Database;
  readonly panel: Database;
}

export function headquartersSections({ app, panel }: HeadquartersDeps): Shown[] {
  return [
    {
      id: 'staff',
      icon: 'Users',
      title: 'name',
      headquarters: true,
      listProperties: ['name', 'email', 'role', 'governorateName', 'disabledAt'],
    },
    {
      id: 'notices',
      icon: 'Bell',
      title: 'step',
      headquarters: true,
      listProperties: ['step', 'text', 'since', 'endedAt'],
      list: 'Notices',
      actions: { writeNotice: writeNoticeAction(app), endNotice: endNoticeAction(app) },
    },
    {
      id: 'provider-switches',
      icon: 'Power',
      title: 'provider',
      headquarters: true,
      listProperties: ['provider', 'text', 'offSince', 'onAgainAt'],
      list: 'Providers',
      actions: providerActions(app),
    },
    {
      id: 'bank-prefixes',
      icon: 'CreditCard',
      title: 'prefix',
      headquarters: true,
      listProperties: ['prefix', 'bank', 'supported', 'validFrom', 'validTo'],
      list: 'BankPrefixes',
      actions: { ...bankPrefixActions(app), unknown: unknownPrefixesAction(panel) },
    },
    {
      id: 'audit',
      icon: 'Shield',
      title: 'action',
      headquarters: true,
      listProperties: ['at', 'action', 'actorKind', 'subjectKind', 'governorateName'],
    },
  ];
}
