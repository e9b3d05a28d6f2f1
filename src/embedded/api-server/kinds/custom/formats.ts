const time = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/u;
const isDate = (text: string): boolean => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/u.exec(text);
  return match !== null && Number(match[2]) >= 1 && Number(match[2]) <= 12 && Number(match[3]) >= 1 && Number(match[3]) <= 31;
};

function isDateTime(text: string): boolean {
  const [date = '', rest = ''] = text.toLowerCase().split('t');
  const match = time.exec(rest);
  return isDate(date) && match !== null && Number(match[1]) <= 23 && Number(match[2]) <= 59 && Number(match[3]) <= 59;
}

const number = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': isDateTime,
  date: isDate,
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/iu.test(text),
  ipv4: (text) => new RegExp(`^${number}(?:\\.${number}){3}$`, 'u').test(text),
  duration: (text) => /^[+-]?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/u.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(text),
};

/** Whether a text has this format; formats that are not known here are not checked. */
export const hasFormat = (text: string, format: string): boolean => formats[format]?.(text) ?? true;
