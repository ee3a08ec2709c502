// What scripts/examples.sh runs: asks the command line, and keeps what the page shows.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [program, folder] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));

/** The RNA of each class, from the example of its class. */
const CHOSEN = { miRNA: 'hsa-miR-21-5p', snoRNA: 'SNORD3A', lncRNA: 'H19', mRNA: 'HBB' };
/** Longer RNAs are not spelled out. */
const MOST_LETTERS = 40;

/** @param {string[]} args */
function ask(...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}

/** @param {number} value @param {number} digits after the point */
function rounded(value, digits) {
  return Number(value.toFixed(digits));
}

/**
 * The sequence of a record.
 * @param {string} fasta
 * @param {string} id
 */
function sequenceOf(fasta, id) {
  const record = fasta.split(/^>/m).find((one) => one.split(/\s/)[0] === id);
  return record.split('\n').slice(1).join('').replaceAll('T', 'U');
}

/**
 * The attention for a compartment: the end of each stretch of nucleotides and its weight, as a multiple of uniform
 * attention, one after the other. What was not read has the weight 0.
 * @param {string} bedgraph
 * @param {string} compartment
 */
function stepsOf(bedgraph, compartment) {
  const track = bedgraph
    .split(/^track /m)
    .find((one) => one.includes(`name="attention ${compartment}"`) || one.includes('name="attention"'));
  const [, ...lines] = track.trim().split('\n');
  return lines.map((line) => line.split('\t')).flatMap(([, , end, weight]) => [Number(end), rounded(Number(weight), 2)]);
}

/** @param {string} rnaClass @param {string} id */
function exampleOf(rnaClass, id) {
  const name = `human-${rnaClass.toLowerCase()}`;
  const model = `${root}/models/${name}.safetensors`;
  const input = `${root}/www/src/content/examples/${rnaClass.toLowerCase()}.fa`;
  const { version, model: settings, predictions } = JSON.parse(ask('predict', '--model', model, '--format', 'json', input));
  const { probabilities, compartments, uncertain, length, notes, warnings } = predictions.find((one) => one.id === id);
  const likeliest = settings.compartments.reduce((best, one) => (probabilities[one] > probabilities[best] ? one : best));
  const sequence = sequenceOf(readFileSync(input, 'utf8'), id);
  return {
    rna_class: rnaClass,
    id,
    length,
    sequence: length > MOST_LETTERS ? null : sequence,
    version,
    model: { name, hash: settings.sha256 },
    notes,
    warnings,
    compartments: settings.compartments.map((compartment, i) => ({
      name: compartment,
      probability: rounded(probabilities[compartment], 4),
      threshold: rounded(settings.thresholds[i], 4),
      called: compartments.includes(compartment),
      uncertain: uncertain.includes(compartment),
    })),
    attention: {
      compartment: likeliest,
      steps: stepsOf(ask('explain', '--model', model, '--what', 'bedgraph', '--record', id, input), likeliest),
    },
  };
}

for (const [rnaClass, id] of Object.entries(CHOSEN))
  writeFileSync(`${folder}/${rnaClass.toLowerCase()}.json`, `${JSON.stringify(exampleOf(rnaClass, id))}\n`);
