const KEPT = 'visited';

/** The node looked at last, where the program starts the next time. */
export const lastVisited = (): string | null => localStorage.getItem(KEPT);

export const visited = (code: string) => localStorage.setItem(KEPT, code);
