/** Light or dark: as the system has it, until somebody chooses. */

const KEPT_AS = 'appcfg-theme';
const words = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };
const next = { auto: 'light', light: 'dark', dark: 'auto' };

export function startTheme(button) {
  let theme = localStorage.getItem(KEPT_AS) ?? 'auto';
  if (!(theme in words)) theme = 'auto';
  const apply = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = words[theme];
  };
  button.addEventListener('click', () => {
    theme = next[theme];
    localStorage.setItem(KEPT_AS, theme);
    apply();
  });
  apply();
}
