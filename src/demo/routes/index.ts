/** All routes; the first that fits is taken. */
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
import { registrationRoutes } from './registration';
import { statusRoutes } from './status';
import { storageRoutes } from './storage';
import { targetChangeRoutes } from './target-changes';
import { targetRoutes } from './targets';
import { waveRoutes } from './waves';

export const router = new Router([
  ...deviceRoutes,
  ...registrationRoutes,
  ...deviceReportRoutes,
  ...configRoutes,
  ...groupRoutes,
  ...factoryRoutes,
  ...statusRoutes,
  ...targetRoutes,
  ...targetChangeRoutes,
  ...waveRoutes,
  ...ciBuildRoutes,
  ...ciTriggerRoutes,
  ...ciRunRoutes,
  ...storageRoutes,
  ...oauthRoutes,
]);
