/**
 * The demo: two counties of one province with real, public names and official codes (Statistical Centre, 1399), two
 * elections, and a member of staff for each desk. Roles, no persons; nothing secret. Passwords are drawn at the seed.
 */
import { DEMO_DEFECT_REASONS, DEMO_DOCUMENT_KINDS } from '../domain/demo-rules.ts';
import type { DefectReason } from '../domain/defects.ts';
import type { RequiredKind } from '../domain/document-rules.ts';
import type { Questionnaire } from '../domain/questionnaire.ts';
import { VILLAGE_QUESTIONNAIRE } from '../domain/village-questionnaire.ts';

export interface DemoDivision {
  /** The official code: that of the parent and then the own digits. */
  readonly code: string;
  readonly level: 'province' | 'county' | 'district' | 'rural-district' | 'city' | 'village';
  readonly parentCode: string | null;
  readonly name: string;
}

export interface DemoElection {
  readonly id: string;
  readonly title: string;
  readonly term: number;
  readonly kinds: readonly ('city' | 'village')[];
  readonly timeZone: string;
  readonly correctionHours: number;
  readonly questionnaire: Questionnaire;
  readonly documentKinds: readonly RequiredKind[];
  readonly defectReasons: readonly DefectReason[];
  /** Around the moment of each start, so that a demo is always open. */
  readonly window: {
    readonly opensHoursBefore: number;
    readonly closesHoursAfter: number;
    readonly dailyFrom: string | null;
    readonly dailyTo: string | null;
  };
}

export interface DemoConstituency {
  readonly id: string;
  readonly electionId: string;
  readonly kind: 'city' | 'village';
  readonly title: string;
  readonly divisionCode: string;
  /** Code of the county whose governorate reviews. */
  readonly governorate: string;
  readonly seats: number;
}

export interface DemoStaff {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'reviewer' | 'headquarters';
  readonly governorate: string | null;
}

const DAMGHAN = '2001';
const GARMSAR = '2004';

export const DEMO_DIVISIONS: readonly DemoDivision[] = [
  { code: '20', level: 'province', parentCode: null, name: 'سمنان' },
  { code: DAMGHAN, level: 'county', parentCode: '20', name: 'دامغان' },
  { code: '200101', level: 'district', parentCode: DAMGHAN, name: 'امیرآباد' },
  { code: '2001010003', level: 'rural-district', parentCode: '200101', name: 'تویه دروار' },
  { code: '2001010003239421', level: 'village', parentCode: '2001010003', name: 'تویه' },
  { code: '200102', level: 'district', parentCode: DAMGHAN, name: 'مرکزی' },
  { code: '2001020002', level: 'rural-district', parentCode: '200102', name: 'دامنکوه' },
  { code: '2001020002239722', level: 'village', parentCode: '2001020002', name: 'مهماندوست' },
  { code: '2001021540', level: 'city', parentCode: '200102', name: 'دامغان' },
  { code: GARMSAR, level: 'county', parentCode: '20', name: 'گرمسار' },
  { code: '200402', level: 'district', parentCode: GARMSAR, name: 'مرکزی' },
  { code: '2004020001', level: 'rural-district', parentCode: '200402', name: 'حومه' },
  { code: '2004020001243378', level: 'village', parentCode: '2004020001', name: 'ریکان' },
  { code: '2004020004', level: 'rural-district', parentCode: '200402', name: 'لجران' },
  { code: '2004020004243325', level: 'village', parentCode: '2004020004', name: 'لجران' },
  { code: '2004021550', level: 'city', parentCode: '200402', name: 'گرمسار' },
];

/** Open around the clock. */
export const DEMO_ELECTION_ID = '01990000-0000-7000-8000-000000000001';
/** Small, to play with deadlines: headquarters move its end, and a correction takes an hour at most. */
export const DEADLINE_ELECTION_ID = '01990000-0000-7000-8000-000000000002';

const RULES = {
  timeZone: 'Asia/Tehran',
  questionnaire: VILLAGE_QUESTIONNAIRE,
  documentKinds: DEMO_DOCUMENT_KINDS,
  defectReasons: DEMO_DEFECT_REASONS,
} as const;

export const DEMO_ELECTIONS: readonly DemoElection[] = [
  {
    id: DEMO_ELECTION_ID,
    title: 'انتخابات نمایشی شوراهای اسلامی شهر و روستا',
    term: 7,
    kinds: ['city', 'village'],
    correctionHours: 72,
    window: { opensHoursBefore: 24, closesHoursAfter: 30 * 24, dailyFrom: null, dailyTo: null },
    ...RULES,
  },
  {
    id: DEADLINE_ELECTION_ID,
    title: 'انتخابات آزمایشی برای تمرین مهلت‌ها',
    term: 7,
    kinds: ['village'],
    correctionHours: 1,
    window: { opensHoursBefore: 24, closesHoursAfter: 7 * 24, dailyFrom: null, dailyTo: null },
    ...RULES,
  },
];

/** City of more than 50,000 people 7 seats, below it 5; village of less than 1,500 people 3. */
export const DEMO_CONSTITUENCIES: readonly DemoConstituency[] = [
  {
    id: '01990000-0000-7000-8000-000000000101',
    electionId: DEMO_ELECTION_ID,
    kind: 'city',
    title: 'شهر دامغان',
    divisionCode: '2001021540',
    governorate: DAMGHAN,
    seats: 7,
  },
  {
    id: '01990000-0000-7000-8000-000000000102',
    electionId: DEMO_ELECTION_ID,
    kind: 'village',
    title: 'روستای تویه',
    divisionCode: '2001010003239421',
    governorate: DAMGHAN,
    seats: 3,
  },
  {
    id: '01990000-0000-7000-8000-000000000103',
    electionId: DEMO_ELECTION_ID,
    kind: 'village',
    title: 'روستای مهماندوست',
    divisionCode: '2001020002239722',
    governorate: DAMGHAN,
    seats: 3,
  },
  {
    id: '01990000-0000-7000-8000-000000000104',
    electionId: DEMO_ELECTION_ID,
    kind: 'city',
    title: 'شهر گرمسار',
    divisionCode: '2004021550',
    governorate: GARMSAR,
    seats: 5,
  },
  {
    id: '01990000-0000-7000-8000-000000000105',
    electionId: DEMO_ELECTION_ID,
    kind: 'village',
    title: 'روستای ریکان',
    divisionCode: '2004020001243378',
    governorate: GARMSAR,
    seats: 3,
  },
  {
    id: '01990000-0000-7000-8000-000000000106',
    electionId: DEMO_ELECTION_ID,
    kind: 'village',
    title: 'روستای لجران',
    divisionCode: '2004020004243325',
    governorate: GARMSAR,
    seats: 3,
  },
  {
    id: '01990000-0000-7000-8000-000000000201',
    electionId: DEADLINE_ELECTION_ID,
    kind: 'village',
    title: 'روستای تویه',
    divisionCode: '2001010003239421',
    governorate: DAMGHAN,
    seats: 3,
  },
  {
    id: '01990000-0000-7000-8000-000000000202',
    electionId: DEADLINE_ELECTION_ID,
    kind: 'village',
    title: 'روستای لجران',
    divisionCode: '2004020004243325',
    governorate: GARMSAR,
    seats: 3,
  },
];

export const DEMO_STAFF: readonly DemoStaff[] = [
  {
    id: '01990000-0000-7000-8000-000000000301',
    email: 'reviewer.damghan@davtalab.example',
    name: 'کارشناس فرمانداری دامغان',
    role: 'reviewer',
    governorate: DAMGHAN,
  },
  {
    id: '01990000-0000-7000-8000-000000000302',
    email: 'reviewer.garmsar@davtalab.example',
    name: 'کارشناس فرمانداری گرمسار',
    role: 'reviewer',
    governorate: GARMSAR,
  },
  {
    id: '01990000-0000-7000-8000-000000000303',
    email: 'headquarters@davtalab.example',
    name: 'کارشناس ستاد انتخابات',
    role: 'headquarters',
    governorate: null,
  },
  // An identity that is proven in person takes two of one governorate.
  {
    id: '01990000-0000-7000-8000-000000000304',
    email: 'second.damghan@davtalab.example',
    name: 'کارشناس دوم فرمانداری دامغان',
    role: 'reviewer',
    governorate: DAMGHAN,
  },
  {
    id: '01990000-0000-7000-8000-000000000305',
    email: 'second.garmsar@davtalab.example',
    name: 'کارشناس دوم فرمانداری گرمسار',
    role: 'reviewer',
    governorate: GARMSAR,
  },
];
