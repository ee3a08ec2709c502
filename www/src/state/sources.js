// @ts-check
/** What is to be read: pasted text, and files. */

/** @import { Source } from '../engine/types/engine.js' */

/** @param {File} file @returns {Source} */
export function sourceOf(file) {
  return { name: file.name, content: file, size: file.size };
}

/**
 * The sources of an input, the pasted text first.
 * @param {string} text
 * @param {File[]} files
 * @returns {Source[]}
 */
export function sourcesOf(text, files) {
  const opened = files.map(sourceOf);
  if (!text.trim()) return opened;
  // Problems in the text box need no name beside them unless files are there too.
  const name = files.length > 0 ? 'Text box' : '';
  return [{ name, content: text, size: new Blob([text]).size }, ...opened];
}
