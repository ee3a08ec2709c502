// @ts-check
/** The report of a run: one HTML file that needs no other file, no script and no network, to read and to print. */
import { ABOUT } from '../content/about.js';
import { plural } from '../numbers.js';
import { escape } from '../pictures/svg-surface.js';
import { calledOf, uncertainOf } from './calls.js';

/** @import { PictureFile } from '../pictures/picture-frame.js' */
/** @import { Row } from '../engine/types/engine.js' */
/** @import { Results } from './results.js' */

/**
 * What a report is about.
 * moved: whether the thresholds are not the model's own.
 * card: the model's card, as HTML.
 * made: when, as ISO 8601.
 * @typedef {{ results: Results, thresholds: number[], moved: boolean, problems: number, pictures: PictureFile[], card: string, made: string }} Reported
 */

/** Rows that become one piece of the file: never is the whole file one string. */
const ROWS_AT_ONCE = 1000;

/** A reader's browser may fetch nothing for this file, and run nothing. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const STYLE = `body{max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b2127;font:1rem/1.5 system-ui,sans-serif}
table{width:100%;margin:1rem 0;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .75rem .25rem 0;border-bottom:1px solid #dcdfdc;text-align:left;vertical-align:top}
dt{font-weight:600}dd{margin:0 0 .5rem}figure{margin:1.5rem 0}img{max-width:100%}
pre{padding:1rem;background:#f4f4f0;white-space:pre-wrap;overflow-wrap:anywhere}
@media print{body{max-width:none;margin:0;font-size:10pt}tr,figure{break-inside:avoid}thead{display:table-header-group}}`;

/**
 * @param {Reported} reported
 * @returns {Blob}
 */
export function report(reported) {
  const { results, pictures, card } = reported;
  const title = `Predictions for ${plural(results.rows.length, 'RNA')} with ${results.modelName}`;
  return new Blob(
    [
      `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n<title>${escape(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<main>\n<h1>${escape(title)}</h1>\n`,
      parameters(reported),
      ...table(reported),
      pictures.length > 0 ? `<h2>Pictures</h2>\n${pictures.map(figure).join('')}` : '',
      `<h2>The model</h2>\n${card}\n`,
      citation(),
      '</main>\n</body>\n</html>\n',
    ],
    { type: 'text/html' },
  );
}

/** @param {Reported} reported */
function parameters({ results, thresholds, moved, problems, made }) {
  const { model, modelName, inputs, device, rows } = results;
  const limits = model.compartments.map((name, i) => `${name} ${thresholds[i].toFixed(3)}`).join(', ');
  const facts = [
    ['Made', made],
    ['Program', `${ABOUT.title} ${model.version}, on this computer: ${device}`],
    ['Model', `${modelName}, SHA-256 begins ${model.hash.slice(0, 12)}`],
    [moved ? 'Thresholds, changed by hand' : 'Thresholds of the model', limits],
    ['Input', inputs.map(({ name }) => name || 'text box').join(', ')],
    [
      'RNAs',
      `${rows.length.toLocaleString('en')} predicted; ${plural(problems, 'record')} could not be read or predicted`,
    ],
  ];
  return `<dl>\n${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('\n')}\n</dl>\n`;
}

/** @param {Reported} reported @returns {Iterable<string>} */
function* table({ results, thresholds }) {
  const { model, rows } = results;
  const limits = { thresholds, margin: model.uncertain_margin };
  const heads = ['RNA', 'Called', 'Uncertain', 'Length', ...model.compartments];
  yield `<h2>Predictions</h2>\n<table>\n<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead>\n<tbody>\n`;
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    yield rows
      .slice(from, from + ROWS_AT_ONCE)
      .map((row) => line(row, model.compartments, limits))
      .join('');
  yield '</tbody>\n</table>\n';
}

/**
 * @param {Row} row
 * @param {string[]} compartments
 * @param {import('./calls.js').Limits} limits
 */
function line(row, compartments, limits) {
  const named = (/** @type {number[]} */ some) => some.map((i) => compartments[i]).join(', ');
  const warnings = (row.warnings ?? []).map(({ message }) => ` Warning: ${message}.`).join('');
  const cells = [
    `${named(calledOf(row, limits)) || 'none'}${warnings}`,
    named(uncertainOf(row, limits)),
    row.length.toLocaleString('en'),
    ...row.probabilities.map((probability) => probability.toFixed(3)),
  ];
  return `<tr><th scope="row">${escape(row.id)}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>\n`;
}

/** @param {PictureFile} picture */
function figure({ caption, svg }) {
  const address = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return `<figure><img src="${address}" alt="${escape(caption)}"></figure>\n`;
}

function citation() {
  return `<h2>How to cite</h2>\n<p>${escape(`${ABOUT.title} ${ABOUT.version}, ${ABOUT.license.join(' or ')}. Method: ${ABOUT.method.reference}`)}</p>\n<pre>${escape(ABOUT.bibtex)}</pre>\n`;
}
