import { type Cause, Refusal } from './refusal.ts';

/** A `metav1.Status` of a request that was refused. */
export function failure(refusal: Refusal): object {
  const { code, reason, message, details } = refusal;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details: details.causes === undefined ? details : { ...details, causes: details.causes.map(withoutEmptyField) } }),
    code,
  };
}

/** Some causes are of no field. */
const withoutEmptyField = ({ field, ...cause }: Cause): object => (field === '' ? cause : { ...cause, field });

/** A `metav1.Status` of a request that was carried out and has no object to show. */
export const success = (details?: object, code?: number): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  ...(details === undefined ? {} : { details }),
  ...(code === undefined ? {} : { code }),
});

/** Any error as the refusal that it becomes. What is no refusal is a defect of this server: 500, with its words. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Refusal(500, 'InternalError', `Internal error occurred: DEFECT in the embedded API server: ${text}`);
}
