/** All routes; the first that fits is taken. */
import { Router } from '../router';
import { configRoutes } from './configs';
import { deviceRoutes } from './devices';
import { factoryRoutes } from './factories';
import { groupRoutes } from './groups';
import { targetRoutes } from './targets';

export const router = new Router([...deviceRoutes, ...configRoutes, ...groupRoutes, ...factoryRoutes, ...targetRoutes]);
