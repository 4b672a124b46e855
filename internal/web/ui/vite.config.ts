import { readFile } from 'node:fs/promises';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { OWN_PAGES } from './src/ownPages.ts';

const server = process.env.RELIEFGRAPH_URL ?? 'http://127.0.0.1:8080';

/** Writes the manifest of documents, hash to text, which the server trusts. */
function trustedDocuments(): Plugin {
  return {
    name: 'trusted-documents',
    apply: 'build',
    async generateBundle() {
      const byHash = JSON.parse(await readFile('src/generated/persisted-documents.json', 'utf8'));
      const source = JSON.stringify(byHash).replaceAll('"sha256:', '"');
      this.emitFile({ type: 'asset', fileName: 'documents.json', source });
    },
  };
}

/** Tells the worker which files the pages are built from, so that it keeps them and is a new one whenever they are. */
function keptFiles(): Plugin {
  return {
    name: 'kept-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith('assets/'))
        .map((name) => `/${name}`);
      const worker = bundle['worker.js'];
      if (worker?.type !== 'chunk' || !/["'`]FILES["'`]/.test(worker.code)) this.error('the worker names no files');
      worker.code = worker.code.replace(/["'`]FILES["'`]/, () =>
        JSON.stringify([...files, '/icon.svg', '/manifest.webmanifest']),
      );
    },
  };
}

export default defineConfig({
  plugins: [svelte(), svelteTesting(), trustedDocuments(), keptFiles()],
  define: { OWN_PAGES_SOURCE: JSON.stringify(OWN_PAGES.source) },
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: { index: 'index.html', worker: 'src/worker.ts' },
      output: {
        // The worker's address has to stay the same, or an old one is never replaced.
        entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
        // What most pages share comes in one file: many small ones weigh more.
        codeSplitting: { groups: [{ name: 'shared', test: /\/src\//, minShareCount: 3 }] },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    // No test leaves its page.
    environmentOptions: {
      happyDOM: {
        url: 'http://127.0.0.1:8080',
        settings: { navigation: { disableMainFrameNavigation: true, disableFallbackToSetURL: true } },
      },
    },
    include: ['src/**/*.test.ts'],
    css: { include: /app\.css\?raw$/ }, // colours.test.ts reads it
    // A document for each file takes longer than its tests; start.ts clears what they share.
    isolate: false,
    testTimeout: 30_000,
    setupFiles: ['src/testing/start.ts'],
  },
  server: {
    host: '127.0.0.1',
    fs: { allow: ['../../..'] },
    proxy: Object.fromEntries(['/graphql', '/session', '/export', '/playground'].map((path) => [path, server])),
  },
});
