/** The outside systems that can be made to fail, by the names of API.md §4. */
export const PROVIDERS = ['sms-a', 'sms-b', 'bank', 'line-owner', 'civil-registry'] as const;
export type Provider = (typeof PROVIDERS)[number];
/** `sms-b` speaks SMPP, the others HTTP. */
export type HttpProvider = Exclude<Provider, 'sms-b'>;
