// @ts-check
/** Reading what was opened and saving what was made. */
import { inWords } from '../engine/words.js';

/**
 * @param {string} name
 * @param {Blob} blob
 */
export function save(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by the next turn; the address is not needed after it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Saves a table once it is written.
 * @param {string} name the file's, without its ending
 * @param {Promise<string>} table
 * @returns {Promise<string>} what went wrong, in words; empty if nothing did
 */
export async function saveTsv(name, table) {
  try {
    save(`${name}.tsv`, new Blob([await table], { type: 'text/tab-separated-values' }));
    return '';
  } catch (error) {
    return inWords(error);
  }
}

/** @param {File} file */
export async function readBytes(file) {
  return new Uint8Array(await file.arrayBuffer());
}

/** @param {string} name */
export function stem(name) {
  return name.replace(/\.(gz|fa|fasta|fna|txt|tsv|csv|safetensors)$/i, '').replace(/\.(fa|fasta|fna|tsv)$/i, '');
}

/** @param {string} name */
export function isModelFile(name) {
  return /\.safetensors$/i.test(name);
}

/**
 * Asks for one file.
 * @param {string} accept
 * @returns {Promise<File | null>} null when nothing was chosen
 */
export function pickFile(accept) {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

/**
 * What to do about folders that were dropped, in words; empty if there are none.
 * @param {string[]} folders their names
 */
export function folderWords(folders) {
  if (folders.length === 0) return '';
  return `The page reads files, not folders. Open ${folders.join(', ')} and drop the files inside.`;
}

/** A table of labels, or a whole labelled set with commas. @param {string} name */
export function isTable(name) {
  return /\.csv(\.gz)?$/i.test(name);
}
