// @ts-check
/** All files of a run as one zip, written file by file. */
import { downloadZip } from 'client-zip';

/**
 * @param {AsyncIterable<{ name: string, input: Blob | string }>} files made one after another, as each is needed
 * @returns {Promise<Blob>}
 */
export function archive(files) {
  return downloadZip(files).blob();
}
