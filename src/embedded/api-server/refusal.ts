/** One field that an API server does not take, in its own words (`metav1.StatusCause`). */
export interface Cause {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueForbidden' | 'FieldValueDuplicate' | 'FieldValueTooLong' | 'FieldValueTooMany' | 'FieldValueTooFew' | 'FieldValueTypeInvalid' | 'FieldValueNotFound' | 'DisruptionBudget' | 'NamespaceTerminating' | 'ResourceVersionTooLarge';
  readonly message: string;
  readonly field: string;
}

/** What a `Status` of kind Failure says of the object that it is about. */
export interface RefusalDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A request that is refused: becomes a `Status` object with this code and reason. Thrown by whoever notices first. */
export class Refusal extends Error {
  /** HTTP status: 400, 403, 404, 405, 409, 410, 415, 422, 429 or 501. */
  readonly code: number;
  /** As Kubernetes writes it: `NotFound`, `Conflict`, `AlreadyExists`, `Invalid`, `Expired`, `TooManyRequests` … */
  readonly reason: string;
  readonly details: RefusalDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: RefusalDetails) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
