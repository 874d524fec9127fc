// A fixture worker that takes long to start: 3 s in which it answers nothing.
const end = performance.now() + 3_000;
while (performance.now() < end);
await import('./fixture-worker.mjs');
