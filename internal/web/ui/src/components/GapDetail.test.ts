import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { addDays, daysOf, weekday } from '../dates';
import { entry, place, publisher } from '../testing/answers';
import { serve } from '../testing/server';
import GapDetail from './GapDetail.svelte';

// From Friday 2026-09-25, with the holiday of 1 to 7 October and the Saturday after it worked.
const ANCHOR = '2026-09-25';
const DUE = '2026-10-10';
const trace = daysOf(addDays(ANCHOR, 1), DUE).map((date) => {
  const holiday = date >= '2026-10-01' && date <= '2026-10-07';
  const kind = date === DUE ? 'MAKE_UP_DAY' : holiday ? 'HOLIDAY' : weekday(date) > 4 ? 'WEEKEND' : 'WEEKDAY';
  const workingDay = kind === 'WEEKDAY' || kind === 'MAKE_UP_DAY';
  return { date, workingDay, kind, note: holiday ? 'National Day' : null };
});

const explained = (reason: Record<string, unknown> = {}, duties: unknown[] = []) => ({
  data: {
    node: {
      __typename: 'Gap',
      publisher: { ...publisher(), ancestors: [place()] },
      entry: entry(),
      orders: [],
      explanation: 'Nothing was published within 6 working days.',
      reason: { anchorDate: ANCHOR, dueOn: DUE, workingDaysCounted: 6, legalBasis: 'Article 20', trace, ...reason },
      duties,
    },
  },
});

const days = () => within(screen.getByRole('table')).getAllByRole('cell');
const marked = (kind: string) => days().filter((cell) => cell.classList.contains(kind));
const numbers = () => days().map((cell) => cell.querySelector('.n')!.textContent);

describe('GapDetail', () => {
  test('counts working days one by one, over weekends and holidays, to the day that is due', async () => {
    const asked = serve(() => explained());
    render(GapDetail, { id: 'G1' });
    await screen.findByText('Nothing was published within 6 working days.');
    expect(asked).toMatchObject([{ operation: 'GapReason', variables: { id: 'G1', locale: 'EN' } }]);
    screen.getByText('Article 20');
    expect(days()).toHaveLength(21); // whole weeks
    expect(numbers().filter((n) => Number(n))).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(numbers().filter((n) => n === '×')).toHaveLength(7);
    expect(marked('holiday')).toHaveLength(7);
    expect(marked('weekend')).toHaveLength(2);
    expect(marked('makeup')).toHaveLength(1);
    expect(marked('due')[0]!.querySelector('.n')!.textContent).toBe('6');
    expect(marked('anchor')).toHaveLength(1);
    expect(marked('holiday')[0]!.title).toContain('National Day');
  });

  test('tells days as the row does, thousands apart', async () => {
    serve(() => ({ data: { node: { ...explained().data.node, explanation: 'It is missing for 2490 days.' } } }));
    render(GapDetail, { id: 'G1' });
    await screen.findByText('It is missing for 2,490 days.');
  });

  test('counts every day where days of the calendar are counted', async () => {
    serve(() => explained({ workingDaysCounted: null }));
    render(GapDetail, { id: 'G1' });
    await screen.findByText('Article 20');
    expect(marked('counted')).toHaveLength(trace.length);
    expect(Math.max(...numbers().map(Number))).toBe(trace.length);
  });

  test('has no calendar where there is nothing to count, or too much', async () => {
    serve((_, operation) => (operation ? explained({ trace: [] }) : {}));
    render(GapDetail, { id: 'G1' });
    await screen.findByText('Article 20');
    expect(screen.queryByRole('table')).toBeNull();
  });

  test('names the documents that are owed, and tells what is not published yet from what never is', async () => {
    const duty = { kind: 'DOCUMENT', openedOn: '2026-09-25', dueOn: '2026-10-10', dueAt: null };
    serve(() =>
      explained({}, [
        {
          ...duty,
          title: 'A notice',
          disclosure: { title: 'A notice', documentNumber: 'No. 7', url: 'https://gov.example/7' },
        },
        { ...duty, title: null, disclosure: null },
        { ...duty, kind: 'REVIEW', title: null, disclosure: null },
      ]),
    );
    render(GapDetail, { id: 'G1' });
    expect((await screen.findByRole('link', { name: 'A notice' })).getAttribute('href')).toBe('https://gov.example/7');
    screen.getByText('No. 7');
    screen.getByText('(a document not yet published)');
    screen.getByText('(a document that is not public)');
  });

  test.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'www.gov.example/7',
    'ftp://gov.example/7',
    '//gov.example',
  ])('does not link %s', async (url) => {
    const disclosure = { title: 'A notice', documentNumber: 'No. 7', url };
    serve(() =>
      explained({}, [
        { kind: 'DOCUMENT', openedOn: '2026-09-25', dueOn: null, dueAt: null, title: 'A notice', disclosure },
      ]),
    );
    render(GapDetail, { id: 'G1' });
    await screen.findByText('A notice');
    expect(screen.queryByRole('link')).toBeNull();
  });

  test('a reason that failed can be asked for again', async () => {
    let failing = true;
    serve(() =>
      failing ? { errors: [{ message: 'too long', extensions: { code: 'TIMEOUT', requestId: 'R1' } }] } : explained(),
    );
    render(GapDetail, { id: 'G1' });
    await screen.findByText('The service is unavailable just now');
    screen.getByText('Request number: R1');
    failing = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('Article 20');
  });
});
