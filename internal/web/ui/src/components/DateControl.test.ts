import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { today } from '../dates';
import { go, route } from '../router.svelte';
import DateControl from './DateControl.svelte';

describe('DateControl', () => {
  beforeEach(() => go('/n/533102/gaps?on=2026-01-31&gap=OPEN', { replace: true }));

  test('goes by the chosen step, and closes what is of the day before', async () => {
    render(DateControl);
    await userEvent.click(screen.getByRole('button', { name: 'One day later' }));
    expect(route.on).toBe('2026-02-01');
    expect(route.address.query.has('gap')).toBe(false);
    await userEvent.selectOptions(screen.getByRole('combobox'), 'quarter');
    await userEvent.click(screen.getByRole('button', { name: 'One quarter earlier' }));
    expect(route.on).toBe('2025-11-01');
  });

  test.each([
    ['{ArrowLeft}', '2026-01-30'],
    ['{ArrowRight}', '2026-02-01'],
    ['{Shift>}{ArrowRight}{/Shift}', '2026-02-28'],
    ['{Shift>}{ArrowLeft}{/Shift}', '2025-12-31'],
    ['{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}', '2026-04-30'],
    ['{Alt>}{ArrowRight}{/Alt}', '2026-01-31'],
    ['{Control>}{ArrowRight}{/Control}', '2026-01-31'],
  ])('the keys %s show %s', async (keys, day) => {
    render(DateControl);
    await userEvent.keyboard(keys);
    expect(route.on).toBe(day);
  });

  test('keys that are typed into a field change no day', async () => {
    render(DateControl);
    screen.getByRole('combobox').focus();
    await userEvent.keyboard('{ArrowLeft}{Home}');
    expect(route.on).toBe('2026-01-31');
  });

  test('arrows move what is wider than the page in place of the day', async () => {
    render(DateControl);
    const wide = document.createElement('div');
    wide.className = 'scroll';
    wide.tabIndex = 0;
    Object.defineProperties(wide, { scrollWidth: { value: 900 }, clientWidth: { value: 300 } });
    document.body.append(wide);
    wide.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(route.on).toBe('2026-01-31');
    wide.remove();
    await userEvent.keyboard('{ArrowLeft}');
    expect(route.on).toBe('2026-01-30');
  });

  test('today is no day of the address', async () => {
    render(DateControl);
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Today' });
    expect(button.disabled).toBe(false);
    await userEvent.click(button);
    expect(route.on).toBeNull();
    expect(button.disabled).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>('Date', { selector: 'input' }).value).toBe(today());
  });
});
