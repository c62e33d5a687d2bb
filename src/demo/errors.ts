/** The error bodies of the API (docs/api.md §1.5, §2.7, §3.1): each area has its own shape, and the texts are part of it. */
import { ApiError, json, text } from './http';

/** `/ota` errors: `{"message": …}` (docs/api.md §3.1). */
export function otaError(status: number, message: string): ApiError {
  return new ApiError(json({ message }, status));
}

/** `/ota` validation errors in the style of Flask-RESTX: `errors` maps a field to a text (docs/api.md §3.1, text inferred). */
export function validationError(errors: Readonly<Record<string, string>>): ApiError {
  return new ApiError(json({ errors, message: 'Input payload validation failed' }, 400));
}

/** `/ota` validation errors with a list of texts, the other shape that fioctl understands (docs/api.md §3.1). */
export function invalidConfiguration(errors: readonly string[]): ApiError {
  return new ApiError(json({ msg: 'Invalid configuration', errors }, 400));
}

/** An unknown or expired token (docs/api.md §1.5): the key holds the auth service's reply as a string. */
export function unknownToken(): ApiError {
  const reply = { error: 'not_found', error_description: 'Cannot find a user with the provided token', status: 404 };
  return new ApiError(json({ 'Polis Error': JSON.stringify(reply) }, 401));
}

/** A token without the scope (docs/api.md §1.5): a bare JSON string. */
export function missingScope(factory: string, scope: string): ApiError {
  return new ApiError(json(`Credential used must include one of these scopes: ${factory}:${scope}`, 403));
}

/** A member whose teams lack the scope (docs/api.md §1.5). */
export function missingTeamScope(scope: string): ApiError {
  return new ApiError(
    json({ message: `A factory admin must add you to a team with one of these scopes: ${scope}` }, 403),
  );
}

/** The CI server's error envelope (docs/api.md §2.7). */
export function ciError(status: number, message: string): ApiError {
  return new ApiError(json({ status: 'error', message }, status));
}

/** The CI server's other error envelope, with the text inside `data` (docs/api.md §2.7). */
export function ciDataError(status: number, message: string): ApiError {
  return new ApiError(json({ status: 'error', data: { message } }, status));
}

/** An unknown or invisible project or build (docs/api.md §2.7.10, §2.7.11). */
export function ciUnknown(path: string): ApiError {
  return ciError(404, `Object does not exist: ${path}`);
}

/** What the CI server's framework says about a wrong method or type: plain text that calls itself HTML (docs/api.md §2.7). */
export function ciPlain(status: number, message: string): ApiError {
  return new ApiError(text(message, status, 'text/html; charset=utf-8'));
}

const CORRELATION = 'Correlation ID: 00000000-0000-4000-8000-000000000000';

/** What the CI server says when it stumbles (docs/api.md §2.7.10). */
export function ciStumble(message: string): ApiError {
  const data = { message: `An unexpected error occurred. ${CORRELATION}`, error_msg: message };
  return new ApiError(json({ status: 'error', data }, 500));
}

/** What the CI server says when its database refuses a value, as one that is too long (docs/api.md §2.7.2, §2.7.9). */
export function ciDatabaseError(sql: string): ApiError {
  const data = { message: `An unexpected error occurred inserting data. ${CORRELATION}`, error_msg: sql };
  return new ApiError(json({ status: 'error', data }, 400));
}
