// @ts-check

/** Parts of names after which a line may break. */
const FIRST_PARTS = /(cellu|chon|circu|cyto|endo|exo|extra|mem|micro|mito|nucleo|reti|ribo)(?=[a-z]{4})/gi;

/**
 * A compartment's name with soft hyphens, so that it fits a narrow column.
 * @param {string} name
 */
export function breakable(name) {
  return name.replace(FIRST_PARTS, '$1\u00ad').replaceAll('_', '_\u200b');
}
