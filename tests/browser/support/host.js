// @ts-check
/** Web servers that serve the built page as some hosts do: below a path, with other types, or with faults. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

/** The built page that is tested. */
export const DIST = path.resolve(process.env.RMLOCNET_DIST ?? '../../www/dist');

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * What is wrong with an answer. missing: 404. page: a web page in its place. cut: the connection ends half-way, of which
 * the browser knows by the length that was announced. short: the same without an announced length.
 * @typedef {'missing' | 'page' | 'cut' | 'short'} Fault
 */

export class Host {
  /**
   * @param {object} [how]
   * @param {string} [how.folder] that is served
   * @param {string} [how.below] path below which it is, with a slash on both sides
   * @param {(file: string) => Record<string, string>} [how.headers] beside the length, for a file's name
   */
  constructor({ folder = DIST, below = '/', headers = usualHeaders } = {}) {
    this.folder = folder;
    this.below = below;
    this.headers = headers;
    /** For addresses that match. @type {[RegExp, Fault][]} */
    this.faults = [];
    /** Addresses whose files are those of another folder. @type {[RegExp, string] | null} */
    this.overlay = null;
    /** Paths that were asked for. @type {string[]} */
    this.asked = [];
    this.server = createServer((request, response) => this.answer(request.url ?? '/', response));
  }

  /** Serves on a free port; gives the page's address. @param {string} [name] of the host in it */
  async start(name = '127.0.0.1') {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `http://${name}:${port}${this.below}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** @param {string} url @param {import('node:http').ServerResponse} response */
  answer(url, response) {
    const asked = decodeURIComponent(url.split('?')[0]);
    this.asked.push(asked);
    const name = asked.startsWith(this.below) ? asked.slice(this.below.length) || 'index.html' : '';
    const file = path.join(this.overlay?.[0].test(name) ? this.overlay[1] : this.folder, name);
    const fault = this.faults.find(([pattern]) => pattern.test(asked))?.[1];
    if (fault === 'page')
      return void response.writeHead(200, usualHeaders('.html')).end('<!doctype html><p>Welcome</p>');
    if (fault === 'missing' || !name || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return void response.writeHead(404).end();
    if (fault) return this.breakOff(response, file, fault);
    response.writeHead(200, { ...this.headers(name), 'Content-Length': statSync(file).size });
    createReadStream(file).pipe(response);
  }

  /**
   * Sends half of a file.
   * @param {import('node:http').ServerResponse} response
   * @param {string} file
   * @param {'cut' | 'short'} fault
   */
  breakOff(response, file, fault) {
    const bytes = readFileSync(file);
    const length = fault === 'cut' ? { 'Content-Length': bytes.length } : {};
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { ...this.headers(file), ...length, Connection: 'close' });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.end());
  }
}

/** @param {string} file @returns {Record<string, string>} */
function usualHeaders(file) {
  return { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' };
}
