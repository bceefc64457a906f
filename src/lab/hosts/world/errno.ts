/** What the kernel answers when it says no, with the C library's words for it. */

const WORDS = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EIO: 'Input/output error',
  ENXIO: 'No such device or address',
  EBADF: 'Bad file descriptor',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  ENOTBLK: 'Block device required',
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  EAI_NONAME: 'Name or service not known',
} as const;

export type ErrnoCode = keyof typeof WORDS;

/** A failed system call; `message` is strerror's text: "No such file or directory". */
export class Errno extends Error {
  readonly code: ErrnoCode;
  /** The path it is about, where that is not the one that was asked for. */
  readonly at: string | undefined;
  constructor(code: ErrnoCode, at?: string) {
    // Most are expected, thousands of them: nobody reads where one came from.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(WORDS[code]);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Errno';
    this.code = code;
    this.at = at;
  }
}

/** What `act` gives, or undefined where the kernel says no. */
export function maybe<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}
