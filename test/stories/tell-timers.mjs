process.on('SIGUSR2', () => {
  const timers = process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  process.stderr.write(`${JSON.stringify({ timers })}\n`);
});
