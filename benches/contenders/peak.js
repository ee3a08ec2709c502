// @ts-check
/** The peak rate of multiply-adds of one thread in this browser. */
import { TURNS } from '../model/peak.js';
import { serve } from './serve.js';

const variant = new URL(self.location.href).searchParams.get('variant') === 'relaxed' ? 'relaxed' : 'simd';
/** @type {(turns: number) => number} */
let turn;

serve({
  async prepare() {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(`/peak/${variant}.wasm`));
    turn = /** @type {(turns: number) => number} */ (instance.exports.turn);
  },
  async run() {
    const sum = turn(TURNS);
    if (!Number.isFinite(sum)) throw new Error('the chains diverged');
    return sum;
  },
});
