/** The command log: table of contents. One file per kind of command; what they share is in commands/door.ts. */
export { findCommand, type CommandView, type Idempotency } from './commands/command.ts';
export { acceptRegistration } from './commands/registration.ts';
export { acceptVerification } from './commands/verification.ts';
export { acceptIdentityProof } from './commands/identity-proof.ts';
export { acceptBankReturn } from './commands/bank-return.ts';
export { acceptSubmission } from './commands/submission.ts';
export { acceptConfirmation } from './commands/confirmation.ts';
export { acceptWithdrawal } from './commands/withdrawal.ts';
export { acceptDecision } from './commands/decision.ts';
export { finishWindowChanges, tellOfWindowChange, writeWindowChange } from './commands/window-change.ts';
