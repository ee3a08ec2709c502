// @ts-check
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAbout } from '../../about.js';

const CITATION = readFileSync(new URL('../../../CITATION.cff', import.meta.url), 'utf8');

test('version, licence and citation are those that the repository states', () => {
  const { version, license, method, bibtex } = readAbout();
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  for (const name of license) expect(CITATION).toContain(`- ${name}`);
  expect(method.short).toBe('Asim et al. 2022');
  expect(method.reference).toMatch(/^Muhammad Nabeel Asim, .* \(2022\)\. EL-RMLocNet: .* 20, 3986–4002\. doi:10\.1016/);
  expect(CITATION).toContain(method.address.replace('https://doi.org/', ''));
  expect(bibtex).toContain('@article{asim2022,\n  author = {Asim, Muhammad Nabeel and Ibrahim, Muhammad Ali and ');
  expect(bibtex).toContain(`version = {${version}},`);
});
