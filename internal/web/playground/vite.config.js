import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The operations are the contract's own file and the cookbook's, so the build
// reads outside this folder.
const contract = fileURLToPath(new URL('../../../docs/contract', import.meta.url));
const cookbook = fileURLToPath(new URL('../../../docs/cookbook', import.meta.url));

export default defineConfig({
  // Relative, so that the page works under any prefix.
  base: './',
  resolve: { alias: { '@contract': contract } },
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/playground',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 4096,
    // The notices of everything bundled go into the binary with it.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" means nothing in a page without a server side.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: {
    host: '127.0.0.1',
    fs: { allow: ['.', contract, cookbook] },
    proxy: { '/graphql': { target: process.env.RELIEFGRAPH_URL ?? 'http://127.0.0.1:8080', ws: true } },
  },
});
