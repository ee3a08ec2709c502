// @ts-check
/**
 * Reports how many network requests this worker has made since it started.
 * @param {(count: number) => void} report
 */
export function watchRequests(report) {
  let count = 0;
  new PerformanceObserver((list) => {
    count += list.getEntries().filter(({ name }) => /^https?:/.test(name)).length;
    report(count);
  }).observe({ type: 'resource', buffered: true });
}
