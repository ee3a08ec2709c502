// @ts-check
/** Menus are `details`: they close with Escape, and when something beside them is pressed. */

const OPEN = 'details.menu[open], details.thresholds[open]';

export function closeMenus() {
  document.addEventListener('pointerdown', ({ target }) => {
    for (const menu of document.querySelectorAll(OPEN))
      if (!menu.contains(/** @type {Node} */ (target))) menu.removeAttribute('open');
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    for (const menu of document.querySelectorAll(OPEN)) {
      menu.removeAttribute('open');
      menu.querySelector('summary')?.focus();
    }
  });
}

/**
 * Closes the menu in which something was chosen; the keyboard stays on it.
 * @param {Event} event
 */
export function closeMenuOf({ currentTarget }) {
  const menu = /** @type {Element} */ (currentTarget).closest('details');
  menu?.removeAttribute('open');
  menu?.querySelector('summary')?.focus();
}
