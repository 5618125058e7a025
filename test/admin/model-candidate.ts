/** The candidate whose file a test finds when it does not say whose: person, answers, pictures. */
import type { Answers } from '../../domain/questionnaire.ts';

export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly fatherName: string;
  readonly nationalId: string;
  readonly birthDate: string;
}

export interface Picture {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

export const PERSON: Person = {
  firstName: 'مریم',
  lastName: 'دامغانی',
  fatherName: 'حسین',
  nationalId: '4569872317',
  birthDate: '1984-05-12',
};

export const ANSWERS: Answers = {
  identity: {
    nationalId: PERSON.nationalId,
    firstName: PERSON.firstName,
    lastName: PERSON.lastName,
    fatherName: PERSON.fatherName,
    birthDate: PERSON.birthDate,
    sex: 'female',
    birthCertificateNumber: '1242',
    birthCertificateSerial: '458712',
    birthPlace: 'دامغان',
    issuePlace: 'دامغان',
    religion: 'islam',
    denomination: 'shia',
  },
  family: { maritalStatus: 'married', children: 2 },
  education: {
    degree: 'bachelor',
    subject: 'علوم تربیتی',
    institution: 'دانشگاه سمنان',
    completedOn: '2007-07-05',
  },
  occupation: { status: 'employee', title: 'آموزگار', employer: 'آموزش و پرورش دامغان', article41: false },
  jobs: [
    { title: 'آموزگار', employer: 'دبستان شهید رجایی تویه', from: '2008-09-22' },
    { title: 'کتابدار', employer: 'کتابخانه عمومی دامغان', from: '2007-08-01', to: '2008-09-01' },
  ],
  service: { status: 'none' },
  council: { formerMember: false, formerCandidate: false },
  criminalRecord: { convicted: false, certificateNumber: '140498771', certificateDate: '2026-10-20' },
  residence: {
    province: 'سمنان',
    county: 'دامغان',
    district: 'امیرآباد',
    place: 'تویه',
    address: 'خیابان امام، کوچه شهید رضایی، پلاک ۱۲',
    postalCode: '3671914587',
    years: 14,
    phone: '02335241187',
  },
  contact: { secondMobile: '09121234567', email: 'm.damghani@example.ir' },
};

/** A grey pixel as a JPEG: enough to see that bytes come through. */
export const DOT: Picture = {
  content: Buffer.from(
    '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
    'base64',
  ),
  width: 1,
  height: 1,
};
