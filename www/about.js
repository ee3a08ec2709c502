// @ts-check
/** Version, licence and citation, from the files of the repository that state them. Runs when the page is built. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/**
 * method: the paper whose method is implemented, in one line, in short, and as an entry for BibTeX.
 * @typedef {object} About
 * @property {string} title
 * @property {string} version
 * @property {string[]} license SPDX names, one of which holds
 * @property {string} authors
 * @property {{ address: string, short: string, reference: string }} method
 * @property {string} bibtex both entries
 */

/** @typedef {{ 'family-names'?: string, 'given-names'?: string, name?: string }} Person */

/** @param {string} name of a file at the root of the repository */
function rootFile(name) {
  return readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');
}

/** @returns {About} */
export function readAbout() {
  const cff = parse(rootFile('CITATION.cff'));
  const version = /^version = "([^"]+)"/m.exec(rootFile('Cargo.toml'))?.[1] ?? '';
  const [paper] = cff.references;
  return {
    title: cff.title,
    version,
    license: cff.license,
    authors: cff.authors.map(fullName).join(', '),
    method: {
      address: `https://doi.org/${paper.doi}`,
      short: `${paper.authors[0]['family-names']} et al. ${paper.year}`,
      reference: reference(paper),
    },
    bibtex: `${softwareEntry(cff, version)}\n\n${paperEntry(paper)}`,
  };
}

/** @param {Person} person */
function fullName({ 'family-names': family, 'given-names': given, name }) {
  return name ?? `${given} ${family}`;
}

/** @param {any} paper */
function reference({ authors, title, journal, volume, start, end, year, doi }) {
  return `${authors.map(fullName).join(', ')} (${year}). ${title}. ${journal} ${volume}, ${start}–${end}. doi:${doi}`;
}

/** @param {any} cff @param {string} version */
function softwareEntry({ authors, title, license }, version) {
  return bibtex('software', title, {
    author: authors.map((/** @type {Person} */ person) => `{${fullName(person)}}`).join(' and '),
    title,
    version,
    license: license.join(' or '),
  });
}

/** @param {any} paper */
function paperEntry({ authors, title, journal, volume, start, end, year, doi }) {
  return bibtex('article', `${authors[0]['family-names'].toLowerCase()}${year}`, {
    author: authors
      .map((/** @type {Person} */ person) => `${person['family-names']}, ${person['given-names']}`)
      .join(' and '),
    title: `{${title}}`,
    journal,
    volume,
    pages: `${start}--${end}`,
    year,
    doi,
  });
}

/**
 * @param {string} kind
 * @param {string} key
 * @param {Record<string, string | number>} fields
 */
function bibtex(kind, key, fields) {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},`);
  return `@${kind}{${key},\n${lines.join('\n')}\n}`;
}
