/** Words, digits and dates of the language that the reader has chosen. Dates are Jalali in both. */
import { useTranslation } from 'adminjs';
import { persianDigits } from '../../domain/persian-text.ts';

const TIME_ZONE = 'Asia/Tehran';
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;

type Params = Readonly<Record<string, string | number>>;

export interface Words {
  readonly persian: boolean;
  /** A text of `components` in the locale; numbers among the parameters are written in its digits. */
  word(key: string, params?: Params): string;
  label(key: string): string;
  property(name: string): string;
  /** The name of a code (a status, a kind); the code itself when it has none. */
  value(code: string): string;
  digits(value: string | number): string;
  date(iso: string): string;
  dateTime(iso: string): string;
  /** How long since then: the two largest units. */
  since(iso: string): string;
}

export function useWords(): Words {
  const { i18n, translateComponent, translateLabel, translateProperty } = useTranslation();
  const persian = i18n.language !== 'en';
  const digits = (value: string | number): string => (persian ? persianDigits(value) : String(value));
  const locale = persian ? 'fa-IR-u-ca-persian' : 'en-GB-u-ca-persian';
  const format = (iso: string, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options }).format(new Date(iso));
  const written = (params: Params): Record<string, string> =>
    Object.fromEntries(
      Object.entries(params).map(([key, value]) => [key, typeof value === 'number' ? digits(value) : value]),
    );
  return {
    persian,
    word: (key, params = {}) => translateComponent(key, undefined, written(params)),
    label: (key) => translateLabel(key),
    property: (name) => translateProperty(name),
    value: (code) =>
      translateComponent(`value.${code}`, undefined, {
        defaultValue: translateComponent(`fact.${code}`, undefined, { defaultValue: code }),
      }),
    digits,
    date: (iso) => format(iso, { day: 'numeric', month: 'long', year: 'numeric' }),
    dateTime: (iso) =>
      format(iso, { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
    since: (iso) =>
      duration(Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 60_000)), persian, digits),
  };
}

function duration(minutes: number, persian: boolean, digits: (value: number) => string): string {
  const units: [number, string, string][] = [
    [Math.floor(minutes / MINUTES_PER_DAY), 'روز', 'd'],
    [Math.floor((minutes % MINUTES_PER_DAY) / MINUTES_PER_HOUR), 'ساعت', 'h'],
    [minutes % MINUTES_PER_HOUR, 'دقیقه', 'min'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return persian ? 'کمتر از یک دقیقه' : 'less than a minute';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, fa, en]) => `${digits(count)} ${persian ? fa : en}`)
    .join(persian ? ' و ' : ' ');
}
