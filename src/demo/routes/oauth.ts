/** `POST /oauth/token/` (docs/api.md §1.2; docs/api.md §9.5). */
import { ApiError, fromUtf8, json, type EmulatorResponse } from '../http';
import { OAUTH_TOKEN_TYPE } from '../inferred';
import type { Call, Route } from '../router';
import type { TokenSet } from '../world/oauth';

function refuse(status: number, error: string, description: string): ApiError {
  return new ApiError(json({ error, error_description: description }, status));
}

function toWire(tokens: TokenSet): object {
  return {
    token_type: OAUTH_TOKEN_TYPE,
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.expiresIn,
    scope: tokens.factories.flatMap((name) => tokens.scopes.map((scope) => `${name}:${scope}`)).join(' '),
    orgs: tokens.factories.map((name) => ({ name })),
  };
}

/** Both grants, with the credentials in the form. */
function token(call: Call): EmulatorResponse {
  const form = new URLSearchParams(fromUtf8(call.request.body));
  const { oauth } = call.world;
  const grant = form.get('grant_type');
  if (grant === 'urn:ietf:params:oauth:grant-type:device_code') {
    throw new ApiError(json({ error: 'authorization_pending' }, 400));
  }
  const client = oauth.client(form.get('client_id') ?? '', form.get('client_secret') ?? '');
  if (client === undefined) {
    throw refuse(401, 'invalid_client', 'Unknown client or wrong secret');
  }
  switch (grant) {
    case 'client_credentials':
      return json(toWire(oauth.issue(client, call.now)));
    case 'refresh_token': {
      const tokens = oauth.refresh(client, form.get('refresh_token') ?? '', call.now);
      if (tokens === undefined) {
        throw refuse(400, 'invalid_grant', 'The refresh token is not valid');
      }
      return json(toWire(tokens));
    }
    default:
      throw refuse(400, 'unsupported_grant_type', `Unsupported grant type: ${grant ?? ''}`);
  }
}

export const oauthRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/oauth/token/', handler: token },
  { method: 'POST', pattern: '/oauth/token', handler: token },
];
