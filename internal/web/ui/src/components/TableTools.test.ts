import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import TableTools from './TableTools.svelte';

/** What is copied, by kind. */
function clipboard() {
  const copied: Record<string, string> = {};
  document.execCommand = () => {
    const event = new Event('copy', { cancelable: true });
    Object.assign(event, { clipboardData: { setData: (kind: string, text: string) => (copied[kind] = text) } });
    document.dispatchEvent(event);
    return true;
  };
  return copied;
}

function table(rows: string) {
  const made = document.createElement('table');
  made.innerHTML = rows;
  document.body.append(made);
  return made;
}

describe('TableTools', () => {
  test('copies cells as they look, or as they say, without rows that only fill space', async () => {
    const copied = clipboard();
    const shown = table(`
      <tr><th>Name</th><th data-copy="">Bar</th></tr>
      <tr aria-hidden="true"><td></td></tr>
      <tr class="opened"><td colspan="2">what is opened of a row</td></tr>
      <tr><td> A &lt; B
        &amp; C </td><td data-copy="Missing"><svg></svg></td></tr>`);
    render(TableTools, { table: () => shown });
    await userEvent.click(screen.getByRole('button', { name: 'Copy the table' }));
    expect(copied['text/plain']).toBe('Name\t\nA < B & C\tMissing');
    expect(copied['text/html']).toContain('<td>A &lt; B &amp; C</td><td>Missing</td>');
    await screen.findByRole('button', { name: 'Copied' });
  });

  test('waits for a table that has to be made whole first', async () => {
    const copied = clipboard();
    render(TableTools, { table: () => Promise.resolve(table('<tr><td>all</td></tr>')) });
    await userEvent.click(screen.getByRole('button', { name: 'Copy the table' }));
    await screen.findByRole('button', { name: 'Copied' });
    expect(copied['text/plain']).toBe('all');
  });

  test('offers files of what is shown, in its language', () => {
    render(TableTools, { table: () => undefined, name: 'gaps', parameters: { code: '533102', asOf: null } });
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      '/export/gaps.xlsx?code=533102&locale=en',
      '/export/gaps.csv?code=533102&locale=en',
    ]);
  });
});
