// @ts-check
import { render } from 'lit';
import { picturesIn } from '../pictures/picture-frame.js';
import { archive } from '../state/archive.js';
import { report } from '../state/report.js';
import { resultsFileName, runFile, runFileName } from '../state/run-file.js';
import { modelCard } from './model-card.js';

/** @import { FileFormat, SourcedProblem } from '../engine/types/engine.js' */
/** @import { Results } from '../state/results.js' */

/** What goes into the archive, with the endings. bedGraph is left out: it is by far the largest. @type {[FileFormat, string][]} */
const ARCHIVED = [
  ['tsv', 'tsv'],
  ['json', 'json'],
  ['gff3', 'gff3'],
  ['fasta', 'fa'],
];

/** The files that are made of the results of a run. */
export class RunFiles {
  /**
   * @param {Results} results
   * @param {{ thresholds: number[], moved: boolean, problems: SourcedProblem[] }} run moved: whether the thresholds are not the model's own
   */
  constructor(results, { thresholds, moved, problems }) {
    this.results = results;
    this.thresholds = thresholds;
    this.moved = moved;
    this.problems = problems;
  }

  /**
   * One of the formats of the command line.
   * @param {FileFormat} form
   * @param {(written: number) => boolean} onProgress told how many RNAs have been written; false stops
   */
  write(form, onProgress) {
    // Only JSON has room for them.
    const problems = (form === 'json' ? this.problems : []).map(({ index, line, record, message, fatal }) => ({
      index: Number.isFinite(index) ? index : 0,
      line,
      record,
      message,
      fatal,
    }));
    return this.results.write(form, this.moved ? this.thresholds : null, problems, onProgress);
  }

  /** With the pictures that are on show. */
  report() {
    const { results, thresholds, moved, problems } = this;
    return report({
      results,
      thresholds,
      moved,
      problems: problems.length,
      pictures: this.pictures(),
      card: htmlOf(modelCard(results.modelName, results.model)),
      made: new Date().toISOString(),
    });
  }

  /** Those of the view of these results. */
  pictures() {
    const view = document.querySelector('predict-view');
    return view ? picturesIn(view) : [];
  }

  /**
   * All of them as one zip.
   * @param {(written: number) => boolean} onProgress told how many RNAs of a file have been written; false stops
   */
  all(onProgress) {
    return archive(this.each(onProgress));
  }

  /** @param {(written: number) => boolean} onProgress */
  async *each(onProgress) {
    const { results } = this;
    const report = this.report();
    const pictures = this.pictures();
    for (const [form, ending] of ARCHIVED)
      yield { name: resultsFileName(results, ending), input: await this.write(form, onProgress) };
    yield { name: runFileName(results.modelName), input: await runFile(results, false) };
    yield { name: 'report.html', input: report };
    for (const { name, svg } of pictures) yield { name: `pictures/${name}.svg`, input: svg };
  }
}

/**
 * What a template renders, without the marks that Lit leaves in it.
 * @param {unknown} template
 */
function htmlOf(template) {
  const box = document.createElement('div');
  render(template, box);
  return box.innerHTML.replace(/<!--.*?-->/gs, '');
}
