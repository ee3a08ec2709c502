// @ts-check
import './app.js';
import { closeMenus } from './state/menus.js';
import { storePage } from './state/update.js';

closeMenus();

storePage();
