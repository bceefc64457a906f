/** Quoting for shells, which jobs in the background need too. */
export { quote, quoteAll } from '../core/quote.ts';
