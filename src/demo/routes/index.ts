/**
 * All routes; the first that fits is taken. Sections are those of docs/api.md; F, D, G, T, V, W, B, R are a Factory, device, group,
 * target, version, wave, build and run.
 *
 * | endpoint | section | status |
 * | --- | --- | --- |
 * | `GET /ota/devices/` | 2.1.1 | implemented: every filter, glob, sort, page, `X-Fields` |
 * | `POST /ota/devices/` | 2.1.3 | implemented; certificates are placeholders, `PUT` is not there |
 * | `GET, PATCH, DELETE /ota/devices/D/` | 2.1.2, 2.1.3 | implemented |
 * | `GET, DELETE /ota/factories/F/denied-devices/` | 2.1.3 | implemented |
 * | `GET …/D/updates/`, `…/updates/<id>/` | 2.1.4, 2.1.5, 7.1 | implemented |
 * | `GET …/D/apps-states/` | 2.1.6 | implemented |
 * | `GET …/D/tests/`, `…/tests/<id>`, `…/<artifact>` | 2.1.7, 4.5 | implemented |
 * | `GET, PATCH, POST, DELETE …/config/` of D, G and F | 2.2, 4 | implemented |
 * | `GET, POST, PATCH, DELETE …/device-groups/` | 2.3 | implemented |
 * | `GET /ota/factories/`, `…/users/`, `…/teams/` | 2.4 | implemented |
 * | `GET …/F/status/` | 2.4 | implemented |
 * | `GET …/F/wireguard-ips/` | 2.4 | implemented |
 * | `GET, POST, DELETE …/F/event-queues/` | 2.4 | implemented; nothing is delivered |
 * | `GET, POST, PATCH …/F/certs/` | 2.5 | implemented; certificates are stored as they come |
 * | `GET …/targets/`, `?version=`, `…/targets/T` | 2.5, 6 | implemented |
 * | `PATCH, DELETE, PUT, POST …/targets/` | 2.5 | implemented: a job runs, then takes effect |
 * | `POST …/T/images/`, `…/V/static-deltas/` | 2.5 | partial: the job runs and makes nothing |
 * | `GET …/T/compose-apps/`, `…/<app>/` | 2.5 | implemented; the shape of the list is a guess |
 * | `GET …/T/sboms/`, `…/<build>/<run>/<artifact>` | 2.5 | implemented with small documents |
 * | `GET …/F/testing/`, `…/V/testing/…` | 2.5 | implemented |
 * | `GET /ota/repo/F/api/v1/user_repo/<role>.json`, `…/N.root.json` | 2.5 | implemented; targets are not signed |
 * | `GET, POST, PUT …/user_repo/root/updates…`, `POST …/root` | 2.5 | implemented; who signed is checked, not what |
 * | `GET …/F/ci-targets.pub`, `…/first_root.sec`, `POST …/T/meta/` | 2.5 | implemented |
 * | `GET, POST …/waves/`, `…/W/…` | 2.6 | implemented; `sign/` takes anything |
 * | `GET …/prod-targets/`, `…/wave-targets/` | 2.6 | implemented |
 * | `GET, POST, PATCH /projects/F/lmp/builds/…` | 2.7 | implemented |
 * | `GET …/runs/…`, logs, artifacts, tests, `rerun`, `cancel` | 2.7 | implemented |
 * | `GET …/promoted-builds/`, `…/history/R/` | 2.7 | implemented |
 * | `GET, POST, PATCH …/triggers/` | 2.7 | implemented |
 * | `POST /oauth/token/` | 1.2 | implemented: both grants, expiry; the device flow (1.3) stays pending |
 */
import { Router } from '../router';
import { ciBuildRoutes } from './ci-builds';
import { ciRunRoutes } from './ci-runs';
import { ciTriggerRoutes } from './ci-triggers';
import { configRoutes } from './configs';
import { deviceReportRoutes } from './device-reports';
import { deviceRoutes } from './devices';
import { factoryRoutes } from './factories';
import { groupRoutes } from './groups';
import { oauthRoutes } from './oauth';
import { pkiRoutes } from './pki';
import { registrationRoutes } from './registration';
import { statusRoutes } from './status';
import { storageRoutes } from './storage';
import { targetChangeRoutes } from './target-changes';
import { targetRoutes } from './targets';
import { tufRoutes } from './tuf';
import { waveRoutes } from './waves';

export const router = new Router([
  ...deviceRoutes,
  ...registrationRoutes,
  ...deviceReportRoutes,
  ...configRoutes,
  ...groupRoutes,
  ...factoryRoutes,
  ...pkiRoutes,
  ...statusRoutes,
  ...targetRoutes,
  ...tufRoutes,
  ...targetChangeRoutes,
  ...waveRoutes,
  ...ciBuildRoutes,
  ...ciTriggerRoutes,
  ...ciRunRoutes,
  ...storageRoutes,
  ...oauthRoutes,
]);
