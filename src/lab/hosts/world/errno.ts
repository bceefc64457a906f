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
} as const;

export type ErrnoCode = keyof typeof WORDS;

/** A failed system call; `message` is strerror's text: "No such file or directory". */
export class Errno extends Error {
  readonly code: ErrnoCode;
  constructor(code: ErrnoCode) {
    super(WORDS[code]);
    this.name = 'Errno';
    this.code = code;
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
