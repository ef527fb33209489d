// The shim under jco 1.35.0 starts with no preopened folder, so that jco finds no file of WIT. This gives it the root, in the main thread only: workers inherit
// --import, and the shim starts one itself.
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const modules = new URL('./node_modules/@bytecodealliance/', import.meta.url);
  for (const owner of ['jco-transpile', 'jco']) {
    const shim = new URL(`${owner}/node_modules/@bytecodealliance/preview2-shim/dist/nodejs/filesystem.js`, modules);
    if (existsSync(shim)) (await import(shim.href))._addPreopen('/', '/');
  }
}
