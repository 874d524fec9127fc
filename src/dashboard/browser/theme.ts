const STORED = 'comet-theme';

/**
 * Has a `<select>` of `auto`, `light` and `dark` choose the theme, and remembers the choice. `changed` is also told when
 * the system's own theme changes.
 */
export function bindTheme(select: HTMLSelectElement, changed: () => void = () => {}): void {
  const apply = () => {
    if (select.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = select.value;
    changed();
  };
  const stored = localStorage.getItem(STORED);
  if ([...select.options].some((option) => option.value === stored)) select.value = stored ?? 'auto';
  select.addEventListener('change', () => {
    localStorage.setItem(STORED, select.value);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  apply();
}
