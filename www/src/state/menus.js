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
