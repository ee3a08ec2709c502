// @ts-check
/** SHA-256 of texts, bytes and files. Browsers compute it themselves only for pages with https. */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The SHA-256 as 64 hexadecimal digits. A file is read piece by piece, because it may be larger than the memory.
 * @param {string | Uint8Array | Blob} content
 */
export async function sha256(content) {
  if (typeof content === 'string') return bytesToHex(hash(utf8ToBytes(content)));
  return content instanceof Uint8Array ? bytesToHex(hash(content)) : blobSha256(content);
}

/** @param {Blob} blob */
async function blobSha256(blob) {
  const hashing = hash.create();
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) hashing.update(piece.value);
  return bytesToHex(hashing.digest());
}
