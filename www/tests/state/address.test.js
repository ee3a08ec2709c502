// @ts-check
import { describe, expect, test } from 'vitest';
import { PARAMETERS, HIDABLE, VIEWS, parse, serialise } from '../../src/state/address.js';

/** @import { Values } from '../../src/state/address.js' */

const STANDARD = { model: null, device: 'auto', rna: 0, scale: 'row', hide: [] };

describe('an address is read', () => {
  test('with every value it names', () => {
    expect(parse('#train?model=human-snorna&device=cpu&rna=3&scale=common&hide=device,models')).toEqual({
      view: 'train',
      model: 'human-snorna',
      device: 'cpu',
      rna: 2,
      scale: 'common',
      hide: ['models', 'device'],
    });
  });

  test('with the standard value of everything else', () => {
    for (const hash of ['', '#', '#predict', '#nowhere', '#predict?', '#?'])
      expect(parse(hash)).toEqual({ view: 'predict', ...STANDARD });
  });

  test('without what it cannot hold', () => {
    expect(parse('#predict?sequence=ACGUACGU&colour=red&scale=large&device=abacus&hide=everything&rna=0')).toEqual({
      view: 'predict',
      ...STANDARD,
    });
    for (const rna of ['-3', '1.5', 'two', '', '1e3', '99999999999999'])
      expect(parse(`#predict?rna=${rna}`).rna).toBe(0);
  });

  test('as earlier versions of the page have written it', () => {
    expect(parse('#predict?model=human-snorna&device=webgpu&rna=12')).toMatchObject({
      model: 'human-snorna',
      device: 'webgpu',
      rna: 11,
    });
    expect(parse('#models?model=my+set-trained')).toMatchObject({ view: 'models', model: 'my set-trained' });
    expect(parse('#predict?device=cpu&model=a%26b')).toMatchObject({ model: 'a&b', device: 'cpu' });
  });
});

describe('an address is written', () => {
  test('without standard values', () => {
    expect(serialise('predict', {})).toBe('#predict');
    expect(serialise('help', /** @type {Values} */ (STANDARD))).toBe('#help');
    expect(serialise('predict', { device: 'cpu' })).toBe('#predict?device=cpu');
  });

  test('so that it is read as the same', () => {
    const values = /** @type {Values} */ ({
      model: 'my set, 2 & more-trained',
      device: 'webgpu',
      rna: 41,
      scale: 'common',
      hide: [...HIDABLE],
    });
    for (const view of VIEWS) expect(parse(serialise(view, values))).toEqual({ view, ...values });
    expect(serialise('train', values)).toContain('hide=predict,train,models,help,device');
  });
});

describe('a sequence is never in the address', () => {
  const SEQUENCES = [
    'ACGU',
    'acgt',
    'GATTACA',
    'UGAGGUAGUAGGUUGUAUAGUU',
    'ACGU ACGU\nACGU',
    '>ACGU',
    'ACGU-2',
    '5-ACGUN-3',
    'my-ACGUACGUACGU-model',
    'seq_UGAGGUAGUAGGUUGUAUAGUU_trained',
  ];

  test.each(SEQUENCES)('%j is left out as the name of a model', (sequence) => {
    expect(serialise('predict', { model: sequence })).toBe('#predict');
    expect(parse(`#predict?${new URLSearchParams({ model: sequence })}`).model).toBeNull();
  });

  test.each(['human-mirna', 'human-mrna', 'all-species-snorna', 'mouse-lncrna-trained', 'tag-count', 'cats.v2'])(
    '%j is the name of a model',
    (name) => {
      expect(parse(serialise('predict', { model: name })).model).toBe(name);
    },
  );

  test('nor as any other value, however it is named', () => {
    const letters = 'UGAGGUAGUAGGUUGUAUAGUU';
    for (const key of [...Object.keys(PARAMETERS), 'sequence', 'text']) {
      const { view, ...values } = parse(`#${letters}?${key}=${letters}`);
      expect(serialise(view, values)).toBe('#predict');
      expect(serialise('predict', /** @type {any} */ ({ [key]: letters }))).not.toContain(letters);
    }
  });

  test('nor in a name of any length', () => {
    expect(serialise('predict', { model: 'x'.repeat(101) })).toBe('#predict');
  });
});
