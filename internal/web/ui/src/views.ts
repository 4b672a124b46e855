import type { Component } from 'svelte';

type Page = () => Promise<{ default: Component }>;

/**
 * The views of a place or department, in the order of the menu. A name is the last
 * part of the view's address (node has none), and view.NAME is its text. Each page's
 * code is loaded when it is first shown.
 */
const ofNode = {
  node: () => import('./pages/NodePage.svelte'),
  gaps: () => import('./pages/GapsPage.svelte'),
  upcoming: () => import('./pages/UpcomingPage.svelte'),
  orders: () => import('./pages/OrdersPage.svelte'),
  exemptions: () => import('./pages/ExemptionsPage.svelte'),
  matrix: () => import('./pages/MatrixPage.svelte'),
  relief: () => import('./pages/ReliefPage.svelte'),
  change: () => import('./pages/ChangePage.svelte'),
  compare: () => import('./pages/ComparePage.svelte'),
  late: () => import('./pages/LatePage.svelte'),
  disclosures: () => import('./pages/DisclosuresPage.svelte'),
  news: () => import('./pages/NewsPage.svelte'),
  catalog: () => import('./pages/CatalogPage.svelte'),
  whatif: () => import('./pages/WhatIfPage.svelte'),
  bulletin: () => import('./pages/BulletinPage.svelte'),
} satisfies Record<string, Page>;

export type NodeView = keyof typeof ofNode;
export const NODE_VIEWS = Object.keys(ofNode) as NodeView[];
/** Those of the menu: requests for exemption stand beside the orders. */
export const MENU = NODE_VIEWS.filter((view) => view !== 'exemptions');

/** The pages of accounts, each the address of its name; hasPage in internal/web/web.go has them too. */
const ofAccounts = {
  signin: () => import('./pages/SignInPage.svelte'),
  account: () => import('./pages/AccountPage.svelte'),
  accounts: () => import('./pages/AccountsPage.svelte'),
  audit: () => import('./pages/AuditPage.svelte'),
} satisfies Record<string, Page>;

export type AccountView = keyof typeof ofAccounts;
export const ACCOUNT_VIEWS = Object.keys(ofAccounts) as AccountView[];

/** The page of every view that has code of its own. */
export const PAGES = {
  ...ofNode,
  ...ofAccounts,
  cell: () => import('./pages/CellPage.svelte'),
  order: () => import('./pages/OrderPage.svelte'),
} satisfies Record<string, Page>;

export type View = keyof typeof PAGES | 'start' | 'unknown';

/** The views that show the present alone: rules and what would be have no record of what was known. */
const PRESENT: ReadonlySet<View> = new Set(['catalog', 'whatif']);
export const showsThen = (view: View) => !PRESENT.has(view);
