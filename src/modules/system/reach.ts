/** Looks at a host that may be away for a while. */
import { PbError } from '../../core/diagnostic.ts';

/** What a look gave, or why the host does not answer; every other error is thrown on. */
export async function unlessAway<T>(look: () => Promise<T>): Promise<{ readonly answer: T } | { readonly away: string }> {
  try {
    return { answer: await look() };
  } catch (error) {
    // While it comes up, a host may refuse logins (pam_nologin).
    if (error instanceof PbError && (error.code === 'unreachable' || error.code === 'auth')) return { away: error.message };
    throw error;
  }
}
