/** What AdminJS is given, by the names under which it looks for them (admin/bundle.ts). */
export { Application } from './application.tsx';
export { CodeLocks } from './code-locks.tsx';
export { Dashboard } from './dashboard.tsx';
export { BankPrefixes } from './headquarters/bank-prefixes.tsx';
export { Notices } from './headquarters/notices.tsx';
export { Providers } from './headquarters/providers.tsx';
export { Proposals } from './proposals.tsx';
export { RecordList } from './record-list.tsx';
export { RecordPage } from './record-page.tsx';
export { Review } from './review/review.tsx';
export { Sidebar } from './sidebar.tsx';
export { Footer, TopBar } from './top-bar.tsx';
export { Worklist } from './worklist.tsx';
