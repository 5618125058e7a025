/** Randomness and comparisons of secrets. Nothing else in the product calls a random generator. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { v7 } from 'uuid';

/** `count` decimal digits, each uniform, leading zeros included. */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

/** A whole number from 0 up to, but not including, `limit`. */
export function randomBelow(limit: number): number {
  return randomInt(limit);
}

/** A secret for a URL or a header: `bytes` bytes of randomness in base64url. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** Compares in a time that depends neither on where the values differ nor on whether their lengths do. */
export function constantTimeEqual(left: string | Uint8Array, right: string | Uint8Array): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}

export function sha256(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** A new id (UUIDv7: sorts by time, random otherwise). */
export function newId(): string {
  return v7();
}
