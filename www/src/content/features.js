// @ts-check
/** What this page and other tools can do, as the help page's table has it. */

export const TOOLS = [
  { name: 'here', title: 'This page and its command line' },
  { name: 'EL-RMLocNet', title: 'EL-RMLocNet’s own server, as the paper describes it' },
  { name: 'DM3Loc', title: 'DM3Loc (2021)' },
  { name: 'DeepLocRNA', title: 'DeepLocRNA (2024)' },
  { name: 'RNAlight', title: 'RNAlight (2022)' },
  { name: 'lncLocator 2', title: 'lncLocator 2 (2021)' },
  { name: 'MRSLpred', title: 'MRSLpred (2024)' },
  { name: 'DeepLoc 2', title: 'DeepLoc 2, for proteins' },
  { name: 'SignalP 6', title: 'SignalP 6, for proteins' },
];

/** marks: one letter for each of TOOLS. @type {{ name: string, marks: string, how: string }[]} */
export const FEATURES = [
  { name: 'Several compartments per RNA', marks: '●●●●○○●●○', how: 'a probability and a threshold each' },
  {
    name: 'Four classes of RNA in one tool',
    marks: '◐●○●◐○○○○',
    how: 'with the models of the page; others can be trained in the Train view',
  },
  { name: 'FASTA pasted and uploaded', marks: '●?◐◐◐●●●●', how: 'and dropped; nothing is uploaded' },
  { name: 'Example', marks: '●??●◐?◐●●', how: 'one button, suited to the model' },
  { name: 'T and U, N and case: said what is done', marks: '●?○○●○○●●', how: 'before predicting, and on every RNA' },
  {
    name: '.gz, drag and drop, thousands of sequences',
    marks: '●○?◐●○●◐●',
    how: 'no limit but patience; the table holds only the rows in sight',
  },
  {
    name: 'Limits and truncation announced',
    marks: '●?◐◐○◐○●●',
    how: 'the part that is read is shown next to the input and the RNA',
  },
  { name: 'Probabilities, not only labels', marks: '●?●●●●●●●', how: 'to six decimals in the files' },
  { name: 'Thresholds visible and movable', marks: '●○◐○○○●◐○', how: 'results follow at once; files record it' },
  { name: '“None” and “uncertain” as answers', marks: '●○●●○○○○●', how: 'and a filter for them' },
  {
    name: 'Warns of RNAs unlike the training data',
    marks: '●○○○○○○○○',
    how: 'length, N, composition; in the table, with a filter',
  },
  { name: 'TSV or CSV', marks: '●?●◐●○●●●', how: 'the command line’s' },
  { name: 'JSON with run parameters', marks: '●○○○○○○○●', how: 'and a run file that repeats the run' },
  { name: 'GFF3 or BED of regions', marks: '●○○○○○○○●', how: 'GFF3 and bedGraph of attention' },
  { name: 'Long and short output', marks: '●?○○○○○●●', how: 'a table; choose an RNA to explain it' },
  { name: 'Plot per nucleotide', marks: '●●◐◐○◐○●●', how: 'attention per compartment where the model has heads' },
  { name: 'Heat map sequences × compartments', marks: '●○○○○○○○○', how: 'clustered' },
  {
    name: 'Sequence logo of attribution',
    marks: '●○○●○○○○○',
    how: 'by attention, integrated gradients or mutagenesis',
  },
  { name: 'k-mer importance', marks: '●●○○●○○○○', how: 'for one RNA and over many' },
  {
    name: 'Motif or RBP matching',
    marks: '●○◐◐●○◐○○',
    how: 'motifs of the literature and your own, with chance and attention',
  },
  { name: 'Second method of attribution', marks: '●○○●●●○○○', how: 'in-silico mutagenesis and integrated gradients' },
  { name: 'Integrated gradients', marks: '●○○●○●○○○', how: 'for the chosen compartment, with a check of their sum' },
  { name: 'Is the attention faithful?', marks: '●○○○○○○○○', how: 'a deletion curve for every RNA' },
  { name: 'Long sequences zoom, tracks linked', marks: '●○○○○○○○○', how: 'as genome browsers do' },
  { name: 'Compare variants', marks: '●○○○○○○○○', how: 'aligned, with the changes as TSV' },
  { name: 'Figures as SVG or PNG', marks: '●○○●●○○●●', how: 'every picture, with model and version in the file' },
  {
    name: 'The same at the command line',
    marks: '●○●●●○●●●',
    how: 'the same program; tests check that both give the same numbers',
  },
  {
    name: 'Runs on your machine, without a network',
    marks: '●○○○◐○◐○○',
    how: 'in the browser; others where marked, at a command line',
  },
];
