/** `npm run bench`: pb beside its peers. The bench itself is bench/, in TypeScript. */
import { withTypescript } from './typescript.mjs';

process.exitCode = await withTypescript('/bench/main.ts', ({ main }) => main(process.argv.slice(2)));
