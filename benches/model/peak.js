// @ts-check
/** The amount of work in one run of the loops in peak/*.wat. */

/** Turns of the loop per run. */
export const TURNS = 2_000_000;
/** Multiply-adds per run: twelve chains of four numbers per turn. */
export const PEAK_MULTIPLY_ADDS = 12 * 4 * TURNS;
