/** Headquarters turns a provider off, with the text that candidates read before the step, and on again. */
import { NOTICE_LENGTH_MAX, isProvider, sendsSms, type Provider } from '../../domain/provider.ts';
import type { Database } from '../../store/database.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import type { Form } from '../form.ts';
import { byHeadquarters, optionalText, requiredText, wrong, type ResourceAction } from './resource-action.ts';

function providerOf({ provider = '' }: Form): Provider {
  if (!isProvider(provider)) throw wrong('provider', 'چنین سرویسی نیست.', 'not-an-option');
  return provider;
}

const TEXT = {
  field: 'text',
  max: NOTICE_LENGTH_MAX,
  missing: 'متنی را بنویسید که داوطلب پیش از این گام می‌خواند.',
} as const;

export function providerActions(app: Database): Readonly<Record<string, ResourceAction>> {
  return {
    turnOff: byHeadquarters(async (form, staffId) => {
      const provider = providerOf(form);
      // The other provider takes over, and candidates notice nothing.
      const silent = sendsSms(provider);
      const text = silent ? optionalText(form, TEXT) : requiredText(form, TEXT);
      await switchOff(app, { provider, text, staffId });
      return 'سرویس خاموش شد.';
    }),
    turnOn: byHeadquarters(async (form, staffId) => {
      await switchOn(app, { provider: providerOf(form), staffId });
      return 'سرویس دوباره روشن شد.';
    }),
  };
}
