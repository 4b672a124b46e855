// What scrolls is shaded on the side where it goes on, by colours of its own ground.

/** Boxes that scroll whose shades are covered by another colour than that of the ground under them. */
export const shadedAmiss = (page) =>
  page.evaluate(() => {
    const groundOf = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!/, 0\)$|^transparent$/.test(backgroundColor)) return backgroundColor;
      }
      return 'white';
    };
    const faults = [];
    for (const box of document.querySelectorAll('.scroll')) {
      if (!box.checkVisibility()) continue;
      const cover = getComputedStyle(box).backgroundImage.match(/rgba?\([^)]*\)/)?.[0];
      const ground = groundOf(box);
      if (cover !== ground) faults.push(`shades of ${cover} on ${ground}: ${box.getAttribute('aria-label')}`);
    }
    return faults;
  });
