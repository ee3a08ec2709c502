// @ts-check
/** Every worker of the page: one source, in the role its name gives it. */
import * as Comlink from 'comlink';
import { computer } from './compute.js';
import { coordinator } from './coordinate.js';
import { reader } from './read.js';
import { trainer } from './train.js';

/** @import { Role } from '../types/engine.js' */

/** @satisfies {Record<Role, object>} */
const ROLES = { coordinate: coordinator, read: reader, compute: computer, train: trainer };

Comlink.expose(ROLES[/** @type {Role} */ (self.name)]);
