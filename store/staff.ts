/** Members of staff: who they are, what they may see, and their passwords (argon2id; security.md ADM-1). */
import argon2 from 'argon2';
import type { Knex } from 'knex';
import { v7 as newId } from 'uuid';
import { writeAudit } from './audit.ts';

export type StaffRole = 'reviewer' | 'headquarters';

/** A member of staff; a reviewer belongs to one governorate (code of the county), headquarters to none. */
export interface Staff {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly governorate: string | null;
}

interface StaffRow extends Staff {
  readonly password_hash: string;
  readonly disabled_at: Date | null;
}

/** OWASP's second choice of parameters: 19 MiB, two passes, one lane; about 25 ms on a small machine. */
const ARGON2ID = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What is verified when the account is unknown, so that both answers take the same time. */
let nobodysHash: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return argon2.hash(password, ARGON2ID);
}

/** Whether the password belongs to the hash; false too when the hash is not one of ours. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  try {
    return await argon2.verify(hash, password);
  } catch {
    return false;
  }
}

/** E-mail addresses are compared without regard to case and surrounding space. */
export function emailKey(text: string): string {
  return text.trim().toLowerCase();
}

/** The member of staff with this e-mail and password; undefined for a wrong, unknown or disabled one, all as slow. */
export async function findStaffByPassword(
  knex: Knex,
  email: string,
  password: string,
): Promise<Staff | undefined> {
  const row = await knex<StaffRow>('staff')
    .where({ email: emailKey(email) })
    .first();
  nobodysHash ??= hashPassword(newId());
  const right = await verifyPassword(row?.password_hash ?? (await nobodysHash), password);
  return row && right && row.disabled_at === null ? staffOf(row) : undefined;
}

/**
 * Creates a member of staff, or gives the one with this e-mail a new place and password: then they are no longer a
 * demo account or disabled, and all their sessions end. Throws when the governorate is not a division that is known.
 */
export function putStaff(
  knex: Knex,
  { email, ...place }: Omit<Staff, 'id'>,
  password: string,
): Promise<{ id: string; created: boolean }> {
  return knex.transaction(async (trx) => {
    const row = { ...place, password_hash: await hashPassword(password), demo: false, disabled_at: null };
    const [inserted] = await trx('staff')
      .insert({ id: newId(), email: emailKey(email), ...row })
      .onConflict('email')
      .ignore()
      .returning<{ id: string }[]>('id');
    const created = inserted !== undefined;
    const [known] = created
      ? [inserted]
      : await trx('staff')
          .where({ email: emailKey(email) })
          .update(row)
          .returning<{ id: string }[]>('id');
    if (known === undefined) throw new Error('The member of staff was removed meanwhile');
    const { id } = known;
    await trx('staff_sessions').where({ staff_id: id }).delete();
    await writeAudit(
      { knex: trx },
      {
        actor: { kind: 'system', id: null },
        action: created ? 'staff-created' : 'staff-changed',
        subject: { kind: 'staff', id },
        governorate: null,
        detail: { role: place.role, governorate: place.governorate },
      },
    );
    return { id, created };
  });
}

/** Production refuses to start while a demo account could sign in. */
export async function countDemoStaff(knex: Knex): Promise<number> {
  const row = await knex('staff')
    .where({ demo: true })
    .whereNull('disabled_at')
    .count<{ count: string }[]>('* as count')
    .first();
  return Number(row?.count ?? 0);
}

function staffOf({ id, email, name, role, governorate }: StaffRow): Staff {
  return { id, email, name, role, governorate };
}
