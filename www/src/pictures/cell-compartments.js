// @ts-check
/**
 * The compartments that the drawing of a cell has a place for, with every spelling that data sets
 * and models use for them. One drawing serves all models.
 */

/** Where it is in the drawing, and where its label leads to. @typedef {{ x: number, y: number }} Point */

/**
 * name: as the page writes it; short: where there is little room; aliases: other spellings, in lower
 * case and with spaces; at: a point inside it that its label leads to, in units of the drawing.
 * @typedef {{ name: string, short?: string, aliases?: string[], at: Point }} DrawnCompartment
 */

/** The drawing's own units. */
export const CELL_WIDTH = 640;
export const CELL_HEIGHT = 440;

/** @typedef {'region' | 'blood' | 'cytoplasm' | 'cytosol' | 'insoluble' | 'reticulum' | 'nucleus' | 'chromatin' | 'nucleolus' | 'mitochondrion' | 'ribosome' | 'membrane' | 'exosome' | 'microvesicle'} CompartmentKey */

/** @type {Record<CompartmentKey, DrawnCompartment>} */
export const DRAWN_COMPARTMENTS = {
  region: {
    name: 'Extracellular region',
    short: 'Extracellular',
    aliases: ['extracellular', 'extracellular space', 'extracellular regions'],
    at: { x: 486, y: 36 },
  },
  blood: { name: 'Circulating', aliases: ['blood', 'plasma', 'circulation'], at: { x: 604, y: 388 } },
  cytoplasm: { name: 'Cytoplasm', aliases: ['cytoplasmic'], at: { x: 92, y: 306 } },
  cytosol: { name: 'Cytosol', aliases: ['cytosolic'], at: { x: 196, y: 343 } },
  insoluble: {
    name: 'Insoluble cytoplasm',
    short: 'Insoluble',
    aliases: ['cytoplasm insoluble', 'insoluble cytosol'],
    at: { x: 256, y: 390 },
  },
  reticulum: {
    name: 'Endoplasmic reticulum',
    short: 'ER',
    aliases: ['er', 'endoplasmic reticulums', 'rough endoplasmic reticulum'],
    at: { x: 331, y: 128 },
  },
  nucleus: { name: 'Nucleus', aliases: ['nuclear', 'nuclei'], at: { x: 120, y: 214 } },
  chromatin: { name: 'Chromatin', at: { x: 141, y: 160 } },
  nucleolus: { name: 'Nucleolus', aliases: ['nucleolar', 'nucleoli'], at: { x: 222, y: 226 } },
  mitochondrion: {
    name: 'Mitochondrion',
    aliases: ['mitochondria', 'mitochondrial'],
    at: { x: 392, y: 330 },
  },
  ribosome: { name: 'Ribosome', aliases: ['ribosomes', 'ribosomal', 'polysome'], at: { x: 342, y: 287 } },
  membrane: {
    name: 'Membrane',
    aliases: ['membranes', 'cell membrane', 'plasma membrane', 'cytoplasmic membrane'],
    at: { x: 491, y: 214 },
  },
  exosome: { name: 'Exosome', aliases: ['exosomes', 'exosomal'], at: { x: 520, y: 110 } },
  microvesicle: { name: 'Microvesicle', aliases: ['microvesicles'], at: { x: 497, y: 296 } },
};

const KEYS = /** @type {CompartmentKey[]} */ (Object.keys(DRAWN_COMPARTMENTS));

/** By every spelling. @type {Map<string, CompartmentKey>} */
const BY_SPELLING = new Map(
  KEYS.flatMap((key) => {
    const { name, aliases = [] } = DRAWN_COMPARTMENTS[key];
    return [name.toLowerCase(), ...aliases].map((spelling) => /** @type {const} */ ([spelling, key]));
  }),
);

/**
 * The compartment of the drawing that a model means by a name; null if the drawing has none.
 * @param {string} name
 */
export function drawnCompartment(name) {
  return BY_SPELLING.get(inPlainSpelling(name).toLowerCase()) ?? null;
}

/**
 * A model's name of a compartment for people: spaces in place of underscores.
 * @param {string} name
 */
export function inPlainSpelling(name) {
  return name.replace(/[_\s]+/g, ' ').trim();
}
