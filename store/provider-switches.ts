/**
 * Providers that headquarters has turned off: whoever is about to call one asks here first, and candidates read the
 * text before the step (`GET /notices`). A row is one time off, from its beginning to its end.
 */
import { v7 as newId } from 'uuid';
import { Refusal } from '../domain/refusal.ts';
import { sendsSms, stepOfProvider, type NoticeStep, type Provider } from '../domain/provider.ts';
import { SMS_PROVIDERS } from '../domain/sms-failover.ts';
import { writeAudit } from './audit.ts';
import { inTransaction, type Database } from './database.ts';

interface SwitchRow {
  id: string;
  provider: Provider;
  text: string | null;
  off_since: Date;
  off_by: string;
  on_again_at: Date | null;
  on_again_by: string | null;
}

const offNow = (db: Database) => db.knex<SwitchRow>('provider_switches').where({ on_again_at: null });

export interface SwitchedOff {
  readonly provider: Provider;
  readonly step: NoticeStep;
  /** What candidates read; null where another provider has taken over and there is nothing to read. */
  readonly text: string | null;
  readonly since: Date;
}

/** What is off at this moment, in the order in which it was turned off. */
export async function listSwitchedOff(db: Database): Promise<SwitchedOff[]> {
  const rows = await offNow(db).orderBy('off_since').select('provider', 'text', 'off_since');
  return rows.map(({ provider, text, off_since: since }) => ({
    ...{ provider, text, since },
    step: stepOfProvider(provider),
  }));
}

/** How it is off, or undefined while it is on. */
export async function findSwitchedOff(db: Database, provider: Provider): Promise<SwitchedOff | undefined> {
  const off = await listSwitchedOff(db);
  return off.find((one) => one.provider === provider);
}

/** Whether nothing may be asked of this provider now. */
export async function isOff(db: Database, provider: Provider): Promise<boolean> {
  return (await offNow(db).andWhere({ provider }).first('id')) !== undefined;
}

interface Switching {
  readonly provider: Provider;
  readonly staffId: string;
}

/** All switches are turned one after another, so that the two SMS providers cannot go off side by side. */
const LOCK = 'select pg_advisory_xact_lock(3, 0)';

/**
 * Turns it off. `text` may be null for an SMS provider only.
 * @throws Refusal `provider-off` when it is off already, `last-sms-provider` when no other could send codes.
 */
export function switchOff(db: Database, { text, ...of }: Switching & { text: string | null }): Promise<void> {
  const { provider, staffId } = of;
  return inTransaction(db, async (tx) => {
    await tx.knex.raw(LOCK);
    const off = await listSwitchedOff(tx);
    const others = SMS_PROVIDERS.filter((one) => one !== provider);
    const alone = others.every((other) => off.some((one) => one.provider === other));
    if (off.some((one) => one.provider === provider)) throw new Refusal('provider-off');
    if (sendsSms(provider) && alone) throw new Refusal('last-sms-provider');
    await tx.knex('provider_switches').insert({
      ...{ id: newId(), provider, text, off_by: staffId },
      off_since: tx.knex.raw('clock_timestamp()'),
    });
    await note(tx, 'provider-turned-off', of);
  });
}

/** Turns it on again; @throws Refusal `provider-on` when it is not off. */
export function switchOn(db: Database, of: Switching): Promise<void> {
  const { provider, staffId } = of;
  return inTransaction(db, async (tx) => {
    await tx.knex.raw(LOCK);
    const changed = await offNow(tx)
      .andWhere({ provider })
      .update({ on_again_at: tx.knex.raw('clock_timestamp()'), on_again_by: staffId });
    if (changed === 0) throw new Refusal('provider-on');
    await note(tx, 'provider-turned-on', of);
  });
}

function note(db: Database, action: string, { provider, staffId }: Switching): Promise<void> {
  return writeAudit(db, {
    actor: { kind: 'staff', id: staffId },
    action,
    subject: { kind: 'provider', id: provider },
    governorate: null,
  });
}
