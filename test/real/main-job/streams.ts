/** Holding a check's stream of events against the run's: the same reading that `pb rehearse` judges by. */
export { changes, results, stats, unknowns } from '../../../src/lab/rehearsal/compare.ts';
