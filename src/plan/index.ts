/** Project and selection → Plan; argument checks; includes; listings. */
export { checkArgs } from './check-args.ts';
export { compile, type Selection } from './compile.ts';
export { type IncludedNodes, loadInclude } from './include.ts';
export { type Listing, printPlan } from './print.ts';
