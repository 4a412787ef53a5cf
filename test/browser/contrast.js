// Texts whose contrast with what is behind them is below 4.5 (WCAG AA), in either theme. Evaluated in the page.
(() => {
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    drawing.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      drawing.fillStyle = colour;
      drawing.fillRect(0, 0, 1, 1);
    }
    return luminance([...drawing.getImageData(0, 0, 1, 1).data]);
  };
  const found = [];
  for (const theme of ['light', 'dark']) {
    document.documentElement.dataset.theme = theme;
    for (const animation of document.getAnimations()) animation.finish();
    for (const element of document.querySelectorAll('main *, nav a, header *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
      if (!hasText || element.closest(':disabled, .sr, svg, option') || element.offsetParent === null) continue;
      const behind = [];
      for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
      const ground = paint(behind);
      const text = paint([...behind, getComputedStyle(element).color]);
      const ratio = (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
      if (ratio < 4.5) found.push(`${theme}: ${element.textContent.trim().slice(0, 40)} ${ratio.toFixed(2)}`);
    }
  }
  return found;
})();
