/** Headquarters writes what candidates should know before a step, and ends it. */
import { NotFoundError } from 'adminjs';
import { NOTICE_LENGTH_MAX } from '../../domain/provider.ts';
import type { Database } from '../../store/database.ts';
import { endNotice, writeNotice } from '../../store/notices.ts';
import { isHeadquarters, staffOfContext } from '../context.ts';
import type { RecordAction } from './record-action.ts';
import { byHeadquarters, noticed, requiredText, type ResourceAction } from './resource-action.ts';

export function writeNoticeAction(app: Database): ResourceAction {
  return byHeadquarters(async (form, staffId) => {
    const missing = 'متن اطلاعیه را بنویسید.';
    const text = requiredText(form, { field: 'text', max: NOTICE_LENGTH_MAX, missing });
    await writeNotice(app, { step: form['step'] ?? '', text, staffId });
    return 'اطلاعیه از همین حالا برای داوطلبان دیده می‌شود.';
  });
}

export function endNoticeAction(app: Database): RecordAction {
  return {
    actionType: 'record',
    component: false,
    isVisible: false,
    isAccessible: isHeadquarters,
    handler: async (_request, _response, context) => {
      const { record, currentAdmin } = context;
      if (!record) throw new NotFoundError('not-found', 'notice');
      const { id: staffId } = staffOfContext(context);
      const notice = await noticed(async () => {
        await endNotice(app, { id: record.id(), staffId });
        return 'اطلاعیه برداشته شد.';
      });
      const present = (await context.resource.findOne(record.id(), context)) ?? record;
      return { record: present.toJSON(currentAdmin), notice };
    },
  };
}
