// @ts-check
import './app.js';

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Stores the page for use without a network. Where it is refused the page works all the same.
  navigator.serviceWorker.register('./sw.js').catch(() => undefined);
}
