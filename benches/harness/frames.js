// @ts-check
/** The frames that a page shows. */
import { median, quantile, rounded } from './statistics.js';

/** @param {number[]} times */
export function framesInWords(times) {
  const [middle, most, worst] = [median(times), quantile(times, 0.95), Math.max(...times)].map((ms) => rounded(ms, 3));
  return `${middle} ms a frame, 95 % within ${most} ms, worst ${worst} ms`;
}

/** Runs in the page: milliseconds between so many frames. @param {number} count @returns {Promise<number[]>} */
export function timeFrames(count) {
  return new Promise((resolve) => {
    /** @type {number[]} */
    const times = [];
    let before = performance.now();
    const frame = (/** @type {number} */ now) => {
      times.push(now - before);
      before = now;
      if (times.length > count) resolve(times.slice(1));
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
