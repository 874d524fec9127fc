/**
 * Runs in a page: what a person who can't see it well, or has no pointer, would stumble over. Gives a sentence each.
 * Read as text by `dashboard-page.ts`; it is one expression.
 */
(() => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);

  /** As in WCAG 2: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
  function luminance(rgb) {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function ground(node) {
    for (let each = node; each !== null; each = each.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(each).backgroundColor);
      if (alpha > 0.99) return [red, green, blue];
    }
    return [255, 255, 255];
  }

  function contrast(node) {
    const colours = [channels(getComputedStyle(node).color).slice(0, 3), ground(node)];
    const [low, high] = colours.map(luminance).sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  }

  function hasText(node) {
    return [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== '');
  }

  const faint = all('body *').filter((node) => hasText(node) && node.closest('.skip') === null && contrast(node) < 4.5);
  const nameless = {
    'a field has no label': all('input, select').filter((node) => node.labels.length === 0),
    'a button or link has no name': all('button, a').filter((node) => node.textContent.trim() === ''),
    'an image has no alt': all('img:not([alt])'),
    'a plot has no name': all('[role=img]:not([aria-label])'),
    'a table has no name': all('table:not([aria-labelledby])'),
    'a table has no headings': all('table').filter((node) => node.querySelector('th[scope=col]') === null),
    'a section has no name': all('section:not([aria-labelledby], :has(> h3))'),
    'the page has no language': all('html:not([lang])'),
  };
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  return [
    ...faint.map((node) => `"${node.textContent.trim()}" has a contrast of ${contrast(node)}`),
    ...Object.entries(nameless).flatMap(([complaint, nodes]) => nodes.map((node) => `${complaint}: ${node.outerHTML}`)),
    ...['header', 'main', 'nav', 'h1'].filter((name) => all(name).length !== 1).map((name) => `not one ${name}`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two of #${id}`),
  ];
})();
