import { describe, expect, test, vi } from 'vitest';
import { changeQuery, followLinks, go, route } from './router.svelte';

const steps = () => window.history.length;

describe('router', () => {
  test('changes some parameters and leaves the others', () => {
    go('/n/533102/gaps?on=2026-11-24&status=STALE&status=MISSING&gap=1', { replace: true });
    changeQuery({ status: ['OVERDUE', 'STALE'], gap: null, category: '', days: 30 });
    expect(window.location.search).toBe('?on=2026-11-24&status=OVERDUE&status=STALE&days=30');
    expect(route.address.query.getAll('status')).toEqual(['OVERDUE', 'STALE']);
  });

  test('only a day that there is counts as asked for', () => {
    for (const [asked, on] of [
      ['2026-02-28', '2026-02-28'],
      ['2026-02-30', null],
      ['1989-12-31', null],
      ['', null],
    ] as const) {
      go(`/n/533102?on=${asked}`, { replace: true });
      expect(route.on).toBe(on);
    }
  });

  test('steps that follow at once are gone back together, others one by one', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const before = steps();
    vi.advanceTimersByTime(5000);
    go('/n/1?on=2026-01-01', { step: true });
    vi.advanceTimersByTime(400);
    go('/n/1?on=2026-01-02', { step: true });
    expect(steps()).toBe(before + 1);
    vi.advanceTimersByTime(1500);
    go('/n/1?on=2026-01-03', { step: true });
    expect(steps()).toBe(before + 2);
    go('/n/1?on=2026-01-03');
    expect(steps()).toBe(before + 2);
  });

  test.each([
    ['/n/533103/gaps?on=2026-01-01', '', true],
    ['/c/533102/1.1', '', true],
    ['/', '', true],
    ['/playground/', '', false],
    ['/export/gaps.csv?code=533102', '', false],
    ['https://gov.example/n/1', '', false],
    ['/n/533103', 'target="_blank"', false],
    ['/n/533103', 'download', false],
    ['/n/533102#content', '', false],
  ])('a press on %s %s is taken: %s', (href, attributes, taken) => {
    document.body.innerHTML = `<a href="${href}" ${attributes}><b>there</b></a>`;
    let prevented = false;
    const pressed = (press: MouseEvent) => {
      followLinks(press);
      prevented = press.defaultPrevented;
    };
    document.body.addEventListener('click', pressed, { once: true });
    document.querySelector('b')!.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    expect(prevented).toBe(taken);
    expect(window.location.pathname + window.location.search).toBe(taken ? href : '/n/533102?on=2026-11-24');
  });
});
