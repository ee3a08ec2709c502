// @ts-check
/** Well-known human RNAs to try the page with, as miRBase and RefSeq list them. */

const MIRNAS = [
  ['hsa-let-7a-5p', 'UGAGGUAGUAGGUUGUAUAGUU'],
  ['hsa-let-7a-1', 'UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACCCACCACUGGGAGAUAACUAUACAAUCUACUGUCUUUCCUA'],
  ['hsa-miR-21-5p', 'UAGCUUAUCAGACUGAUGUUGA'],
  ['hsa-miR-16-5p', 'UAGCAGCACGUAAAUAUUGGCG'],
  ['hsa-miR-122-5p', 'UGGAGUGUGACAAUGGUGUUUG'],
  ['hsa-miR-155-5p', 'UUAAUGCUAAUCGUGAUAGGGGUU'],
];

const U3 =
  'AAGACUAUACUUUCAGGGAUCAUUUCUAUAGUGUGUUACUAGAGAAGUUUCUCUGAACGUGUAGAGCACCGAAAACCACGAGGAAGAGAGGUAGCGUUUUCUCCUGAGCGUGAAGCCGGCUUUCUGGCGUUGCUUGGCUGCAACUGCCGUCAGCCAUUGAUGAUCGUUCUUCUCUCCGUAUUGGGGAGUGAGAGGGAGAGAACGCGGUCUGAGUGGU';
const U13 = 'GAUCCUUUUGUAGUUCAUGAGCGUGAUGAUUGGGUGUUCAUACGCUUGUGUGAGAUGUGCCACCCUUGAACCUUGUUACGACGUGGGCACAUUACCCGUCUGACC';

// The third spells the first with T: both must get the same answer.
const SNORNAS = [
  ['SNORD3A', U3],
  ['SNORD13', U13],
  ['SNORD3A-as-DNA', U3.replaceAll('U', 'T')],
];

/** @param {string[][]} records */
function fasta(records) {
  return records.map(([id, sequence]) => `>${id}\n${sequence.replace(/(.{60})(?=.)/g, '$1\n')}\n`).join('');
}

/**
 * A set that suits the model's class of RNA; small RNAs of both kinds where the class is another.
 * @param {string | null} rnaClass
 */
export function exampleFor(rnaClass) {
  if (/snorna/i.test(rnaClass ?? '')) return fasta(SNORNAS);
  if (/mirna/i.test(rnaClass ?? '')) return fasta(MIRNAS);
  return fasta([...SNORNAS.slice(0, 2), ...MIRNAS]);
}
