// @ts-check
/** Measures one row of the benchmark: prepares all contenders, compares their results, and times them in turns. */
import { multiplyAdds, shapeName } from '../model/job.js';
import { PEAK_MULTIPLY_ADDS } from '../model/peak.js';
import { TooLong, call } from './browser.js';
import { mean, median, quartiles, rounded } from './statistics.js';

/** @import { Page } from 'playwright-core' */
/** @import { Job } from '../model/job.js' */
/** @import { Entry } from './contenders.js' */

/** Largest difference of probabilities, attention and losses that counts as agreement. */
const TOLERANCE = 1e-4;
/** The same for attention relative to the largest weight of an RNA. */
const SHARE_TOLERANCE = 1e-3;
/** Number of slices of time that each contender runs before it is timed. */
const WARM_UP_SLICES = 4;
/** Number of training steps whose losses are compared. */
const CHECKED_STEPS = 3;

/**
 * Time limits in seconds: `cap` for one run, `row` for timing the whole row, `slice` for one
 * contender in one round.
 * @typedef {{ cap: number, row: number, slice: number, rounds: number }} Budget
 */

/**
 * A contender in a row.
 * @typedef {object} Runner
 * @property {Entry} entry
 * @property {number} estimate estimated milliseconds of one run
 * @property {number} spent milliseconds in timed runs
 * @property {Map<number, number>} rounds milliseconds of a run, by round
 * @property {object} facts what it reported when it was prepared
 * @property {Record<string, number> | null} differences from the reference
 * @property {number[]} losses of the first steps
 * @property {string | null} out why it is not timed, or is no longer timed
 * @property {boolean} disagrees
 */

/**
 * Runs one row.
 * @param {Page} page
 * @param {Job} job
 * @param {'cpu' | 'webgpu'} device
 * @param {Entry[]} entries ours first
 * @param {Budget} budget
 * @param {(text: string) => void} say
 */
export async function runRow(page, job, device, entries, budget, say) {
  /** @type {Runner[]} */
  const runners = entries.map((entry) => ({
    entry,
    estimate: 0,
    spent: 0,
    rounds: new Map(),
    facts: {},
    differences: null,
    losses: [],
    out: null,
    disagrees: false,
  }));
  await call(page, 'forget', []);
  if (job.suite === 'inference') await openReference(page, job);
  for (const runner of runners) {
    say(runner.entry.name);
    await attempt(page, runner, () => makeReady(page, job, runner, runners[0], budget));
  }
  await call(page, 'close', ['reference']);
  await inTurns(page, runners.filter(({ out }) => out === null), budget, say);
  for (const { entry } of runners) await call(page, 'close', [entry.name]);
  return rowOf(job, device, runners);
}

/**
 * @param {Page} page
 * @param {Job} job
 */
async function openReference(page, job) {
  await call(page, 'open', ['reference', '/reference.js']);
  await call(page, 'prepare', ['reference', job]);
  await call(page, 'run', ['reference', 1]);
}

/**
 * Does a task of a contender. If it fails, the contender leaves the row with the reason, and the row
 * continues.
 * @param {Page} page
 * @param {Runner} runner
 * @param {() => Promise<void>} task
 */
async function attempt(page, runner, task) {
  try {
    await task();
  } catch (error) {
    runner.out = error instanceof Error ? error.message : String(error);
    await call(page, 'close', [runner.entry.name]);
  }
}

/**
 * Starts a contender, compares its first results or losses with the others', and warms it up.
 * @param {Page} page
 * @param {Job} job
 * @param {Runner} runner
 * @param {Runner} ours
 * @param {Budget} budget
 */
async function makeReady(page, job, runner, ours, budget) {
  const { name, script } = runner.entry;
  await call(page, 'open', [name, script]);
  const training = job.suite === 'training';
  const { role } = runner.entry;
  // The limit is twice the cap: starting takes as long as a few steps, and shaders are compiled.
  runner.facts = await call(page, 'prepare', [name, training ? { ...job, purpose: 'check' } : job], 60 + 2 * budget.cap);
  if (role === 'peak') runner.estimate = (await call(page, 'run', [name, 20])).ms[19];
  else if (training) await checkLosses(page, runner, ours, budget);
  else await checkAnswer(page, runner, budget);
  if (runner.out) return call(page, 'close', [name]);
  if (training && name.startsWith('ours')) {
    await call(page, 'prepare', [name, { ...job, purpose: 'time' }], 60 + 2 * budget.cap);
  }
  await warmUp(page, runner, budget);
}

/**
 * Runs a contender without timing it, because a browser optimizes only code that has run for a
 * while. A slow contender has already run long enough.
 * @param {Page} page
 * @param {Runner} runner
 * @param {Budget} budget
 */
async function warmUp(page, runner, budget) {
  const slice = budget.slice * 1000;
  for (let spent = runner.estimate; spent < WARM_UP_SLICES * slice; ) {
    const iterations = Math.max(1, Math.floor(slice / Math.max(runner.estimate, 0.05)));
    const { ms } = await call(page, 'run', [runner.entry.name, iterations], budget.cap);
    runner.estimate = median(ms);
    spent += Math.max(1, ms.reduce((a, b) => a + b, 0));
  }
}

/**
 * Runs twice: the first run compiles, the second one gives the estimated time of a run.
 * @param {Page} page
 * @param {Runner} runner
 * @param {Budget} budget
 */
async function checkAnswer(page, runner, budget) {
  const { name } = runner.entry;
  await call(page, 'run', [name, 1], 2 * budget.cap);
  const differences = await call(page, 'compare', [name, 'reference']);
  runner.differences = differences;
  const agrees =
    differences.probabilities <= TOLERANCE && differences.attention <= TOLERANCE && differences.share <= SHARE_TOLERANCE;
  if (!agrees) {
    runner.disagrees = true;
    runner.out = `disagrees: probabilities by ${differences.probabilities}, attention by ${differences.attention}`;
    return;
  }
  runner.estimate = (await call(page, 'run', [name, 1], budget.cap)).ms[0];
}

/**
 * @param {Page} page
 * @param {Runner} runner
 * @param {Runner} ours
 * @param {Budget} budget
 */
async function checkLosses(page, runner, ours, budget) {
  for (let i = 0; i < CHECKED_STEPS; i += 1) {
    const { ms, losses } = await call(page, 'run', [runner.entry.name, 1], (i === 0 ? 2 : 1) * budget.cap);
    runner.estimate = ms[0];
    runner.losses.push(losses[0]);
  }
  // The losses are compared with ours.
  if (ours.losses.length < CHECKED_STEPS) throw new Error('our own training has no losses to compare with');
  const loss = Math.max(...runner.losses.map((loss, i) => Math.abs(loss - ours.losses[i])));
  runner.differences = { loss };
  runner.disagrees = !(loss <= TOLERANCE);
  if (runner.disagrees) runner.out = `disagrees: losses ${runner.losses.join(', ')}, ours ${ours.losses.join(', ')}`;
}

/**
 * Runs rounds in which each contender has a slice of time. A different one begins in each round. A
 * slow contender stops when its share of the row's time is used, but not before one round.
 * @param {Page} page
 * @param {Runner[]} runners
 * @param {Budget} budget
 * @param {(text: string) => void} say
 */
async function inTurns(page, runners, budget, say) {
  const share = (budget.row * 1000) / Math.max(1, runners.length);
  for (let round = 0; round < budget.rounds; round += 1) {
    const due = runners.filter(({ out, spent, estimate }) => out === null && (round === 0 || spent + estimate <= share));
    if (due.length === 0) break;
    say(`round ${round + 1}`);
    for (let i = 0; i < due.length; i += 1) {
      const runner = due[(i + round) % due.length];
      await attempt(page, runner, () => oneSlice(page, runner, round, budget));
    }
  }
}

/**
 * @param {Page} page
 * @param {Runner} runner
 * @param {number} round
 * @param {Budget} budget
 */
async function oneSlice(page, runner, round, budget) {
  const iterations = Math.max(1, Math.round((budget.slice * 1000) / Math.max(runner.estimate, 0.05)));
  const seconds = Math.max(budget.cap, 4 * budget.slice);
  const { ms } = await call(page, 'run', [runner.entry.name, iterations], seconds);
  // In training, the mean includes the longer steps at the end of an epoch. Inference runs are alike.
  runner.rounds.set(round, runner.losses.length > 0 ? mean(ms) : median(ms));
  runner.spent += ms.reduce((a, b) => a + b, 0);
  runner.estimate = median([...runner.rounds.values()]);
}

/** @param {Runner} runner */
function detail({ entry, rounds, facts, differences, out }) {
  const times = [...rounds.values()];
  return {
    ms: times.length > 0 ? rounded(median(times)) : null,
    ...(times.length > 0 ? { quartiles: quartiles(times).map((ms) => rounded(ms)), rounds: times.length } : {}),
    ...(differences ? { differences } : {}),
    ...(entry.why ? { not_counted: entry.why } : {}),
    ...(out ? { out } : {}),
    ...facts,
  };
}

/**
 * How many times as fast as another contender ours is: the ratio of the medians, and the quartiles
 * of the ratios within the rounds in which both ran.
 * @param {Runner} ours
 * @param {Runner} other
 */
function ratio(ours, other) {
  const inRound = [...other.rounds].flatMap(([round, ms]) => {
    const own = ours.rounds.get(round);
    return own === undefined ? [] : [ms / own];
  });
  if (inRound.length === 0) return null;
  const of = median([...other.rounds.values()]) / median([...ours.rounds.values()]);
  return { ratio: rounded(of, 3), quartiles: quartiles(inRound).map((x) => rounded(x, 3)) };
}

/**
 * The fastest of the contenders that were timed.
 * @param {Runner[]} runners
 */
function fastest(runners) {
  const timed = runners.filter(({ rounds }) => rounds.size > 0);
  return timed.sort((a, b) => median([...a.rounds.values()]) - median([...b.rounds.values()])).at(0);
}

/**
 * The row as it is written to the results.
 * @param {Job} job
 * @param {'cpu' | 'webgpu'} device
 * @param {Runner[]} runners
 */
function rowOf(job, device, runners) {
  const [ours, ...others] = runners;
  const best = fastest(others.filter(({ entry }) => entry.role === 'peer'));
  const bestTf = fastest(others.filter(({ entry }) => entry.name.startsWith('tfjs')));
  const own = ours.rounds.size > 0 ? median([...ours.rounds.values()]) : null;
  const peak = runners.find(({ entry }) => entry.role === 'peak');
  const gmacs = own === null ? null : multiplyAdds(job) / own / 1e6;
  const peakGmacs = peak && peak.rounds.size > 0 ? PEAK_MULTIPLY_ADDS / median([...peak.rounds.values()]) / 1e6 : null;
  return {
    suite: job.suite,
    device,
    shape: shapeName(job),
    ours_ms: own === null ? null : rounded(own),
    peers: Object.fromEntries(others.filter(({ entry }) => entry.name !== 'peak' && !entry.name.startsWith('ours')).map((runner) => [runner.entry.name, detail(runner).ms])),
    agreed: own !== null && best !== undefined && !runners.some(({ disagrees }) => disagrees),
    ratio_to_best_peer: own !== null && best ? (ratio(ours, best)?.ratio ?? null) : null,
    best_peer: best?.entry.name ?? null,
    ratio_quartiles: own !== null && best ? (ratio(ours, best)?.quartiles ?? null) : null,
    ratio_to_best_tfjs: own !== null && bestTf ? (ratio(ours, bestTf)?.ratio ?? null) : null,
    gmacs: gmacs === null ? null : rounded(gmacs, 3),
    peak_gmacs: peakGmacs === null ? null : rounded(peakGmacs, 3),
    peak_share: gmacs === null || peakGmacs === null ? null : rounded(gmacs / peakGmacs, 3),
    details: Object.fromEntries(runners.map((runner) => [runner.entry.name, detail(runner)])),
  };
}

/** @typedef {ReturnType<typeof rowOf>} Row */
