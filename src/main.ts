/** argv → exit code. */
declare const PB_VERSION: string;

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${PB_VERSION}\n`);
} else {
  const { main } = await import('./cli/main.ts');
  await main(process.argv, PB_VERSION);
}
