// @ts-check
/** How much one run of the loops in peak/*.wat does. */

/** Turns of the loop in one run. */
export const TURNS = 2_000_000;
/** Multiply-adds of one run: twelve chains of four numbers a turn. */
export const PEAK_MULTIPLY_ADDS = 12 * 4 * TURNS;
