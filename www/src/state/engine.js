// @ts-check
/** The page's engine. */
import { Engine } from '../engine/engine.js';
import { countWorker } from './requests.js';

export const engine = new Engine({ watchRequests: countWorker });
