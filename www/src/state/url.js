// @ts-check
/** What the address says: the view and the model, never a sequence. `#predict?model=human-snorna` */

/** @typedef {'predict' | 'train' | 'models'} View */
/** @type {View[]} */
export const VIEWS = ['predict', 'train', 'models'];

/** @returns {{ view: View, model: string | null }} */
export function readAddress() {
  const [path, query = ''] = location.hash.slice(1).split('?');
  const view = VIEWS.find((name) => name === path) ?? 'predict';
  return { view, model: new URLSearchParams(query).get('model') };
}

/**
 * @param {View} view
 * @param {string | null} model
 */
export function address(view, model) {
  return model ? `#${view}?${new URLSearchParams({ model })}` : `#${view}`;
}

/**
 * Replaces the model in the address without a step in the history.
 * @param {string} model
 */
export function rememberModel(model) {
  history.replaceState(null, '', address(readAddress().view, model));
}
