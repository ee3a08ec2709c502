// @ts-check
import './app.js';
import { closeMenus } from './state/menus.js';

closeMenus();

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Stores the page for use without a network. Where it is refused the page works all the same.
  navigator.serviceWorker.register('./sw.js').catch(() => undefined);
}
