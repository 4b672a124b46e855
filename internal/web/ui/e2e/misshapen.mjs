// What is there is seen whole.

/** What of a page is cut, off the screen, broken where it may not be, or empty. */
export const misshapen = (page) =>
  page.evaluate(() => {
    // A matrix of bodies and entries, and the flow of money, have two dimensions: they scroll in theirs.
    const WIDE = '.box, .flow';
    const faults = [];
    const named = (element) => `${element.outerHTML.replace(/\s+/g, ' ').slice(0, 110)}…`;
    const seen = (element) => element.checkVisibility() && !element.closest('.unseen, .skip, [aria-hidden=true]');
    for (const table of document.querySelectorAll('table')) {
      const widths = [...table.rows].map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0));
      if (new Set(widths).size > 1) faults.push(`rows of ${[...new Set(widths)]} columns: ${named(table)}`);
      for (const cell of table.querySelectorAll('td.number')) {
        const text = cell.textContent.trim();
        if (!text && seen(cell)) faults.push(`a number is blank: ${named(cell.parentElement)}`);
        if (/\d{4}/.test(text)) faults.push(`thousands are not told apart: ${text}`);
      }
    }
    for (const element of document.querySelectorAll('body *')) {
      if (!seen(element) || element.closest('svg') || element.matches('option, input, select')) continue;
      const { overflowX, overflowY } = getComputedStyle(element);
      // A choice that opens over the page may scroll; a part of the page that does hides what is below.
      if (/auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1)
        if (!element.closest(`${WIDE}, [role=listbox]`))
          faults.push(`${element.scrollHeight} px in a box ${element.clientHeight} px high: ${named(element)}`);
      if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1 && !element.closest(WIDE))
        faults.push(`${element.scrollWidth} px in a box of ${element.clientWidth}: ${named(element)}`);
    }
    const width = document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('a, button, input, select, summary, svg.bar')) {
      if (!seen(element) || element.closest(WIDE)) continue;
      const { left, right, width: own } = element.getBoundingClientRect();
      if (left < -1 || right > width + 1) faults.push(`off the screen, ${left} to ${right}: ${named(element)}`);
      if (element.matches('svg.bar') && own < 40) faults.push(`a bar of ${own} px: ${named(element.parentElement)}`);
    }
    // An icon stands in the line of the word that it belongs to, the first where that takes several.
    for (const icon of document.querySelectorAll('.mark svg')) {
      if (!icon.checkVisibility() || icon.closest('.cell')) continue;
      const words = document.createTreeWalker(icon.closest('li, tr, label, dt, a, main'), NodeFilter.SHOW_TEXT);
      words.currentNode = icon;
      let word = words.nextNode();
      while (word && (!word.data.trim() || !seen(word.parentElement))) word = words.nextNode();
      if (!word) continue;
      const range = document.createRange();
      range.selectNodeContents(word);
      const line = [...range.getClientRects()].find((box) => box.width > 0);
      const { top, bottom } = icon.getBoundingClientRect();
      const off = Math.abs((top + bottom - line.top - line.bottom) / 2);
      if (off > 4) faults.push(`an icon is ${off} px from its word: ${named(icon.closest('li, tr, label, dt, a'))}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.data.trim().length < 4 || !seen(text.parentElement) || text.parentElement.closest('svg, option'))
        continue;
      const linesOf = (start, end) => {
        const range = document.createRange();
        range.setStart(text, start);
        range.setEnd(text, end);
        return [...range.getClientRects()];
      };
      const lines = linesOf(0, text.length);
      const size = parseFloat(getComputedStyle(text.parentElement).fontSize);
      if (lines.length > 3 && Math.max(...lines.map((line) => line.width)) < size * 2.2)
        faults.push(`${lines.length} lines of a letter or two: ${text.data.trim().slice(0, 40)}`);
      // Prose may break where it likes; a day that is a figure of a list may not.
      const prose = text.data.trim().length > 40 || text.parentElement.closest('caption');
      if (prose || !text.parentElement.closest('li, td, th, dd, h1, h2, h3, summary')) continue;
      for (const found of text.data.matchAll(/\d{4}年\d+月\d+日|\d+ [A-Z][a-z]{2} \d{4}/g)) {
        const tops = new Set(linesOf(found.index, found.index + found[0].length).map(({ top }) => Math.round(top)));
        if (tops.size > 1) faults.push(`a day is broken: ${text.data.trim()}`);
      }
    }
    return [...new Set(faults)];
  });
