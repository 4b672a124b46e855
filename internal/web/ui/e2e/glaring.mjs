// What is left of the light scheme in the dark.

/** Grounds that are light, and texts and lines of drawings that do not stand out from their sheet. */
export const glaring = (page) =>
  page.evaluate(() => {
    const brightness = (color) => {
      const parts = color.match(/[\d.]+/g)?.map(Number);
      if (!parts || parts[3] === 0) return null;
      const [red, green, blue] = parts.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
      const [dark, bright] = [brightness(one), brightness(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    const faults = [];
    const sheet = getComputedStyle(document.querySelector('main .sheet') ?? document.body).backgroundColor;
    for (const element of document.querySelectorAll('body, body *')) {
      if (!element.checkVisibility()) continue;
      const { backgroundColor, fill, stroke, strokeWidth } = getComputedStyle(element);
      const named = element.outerHTML.slice(0, 110);
      // What is pressed or filled by a rate is light, with dark text on it; so are the samples of a legend.
      if (brightness(backgroundColor) > 0.25 && !element.matches('[aria-pressed=true], .tiles a, .legend span:empty'))
        faults.push(`${backgroundColor} is a light ground: ${named}`);
      if (!element.closest('.chart svg')) continue;
      if (element.matches('text') && contrast(fill, sheet) < 4.5) faults.push(`${fill} cannot be read: ${named}`);
      if (element.matches('path') && parseFloat(strokeWidth) > 1.2 && stroke !== 'none' && contrast(stroke, sheet) < 3)
        faults.push(`${stroke} is a line that is not seen: ${named}`);
    }
    return [...new Set(faults)];
  });
