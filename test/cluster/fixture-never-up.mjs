// A fixture worker that never says that it is up, and ends with the primary.
process.on('disconnect', () => process.exit(1));
setInterval(() => {}, 60_000);
