/** How far the copies are: counts, rate and time left, told once a second at most. */
import { bytesText, type CopyProgress } from '../../core/registry.ts';

const EVERY_MS = 1000;
/** The rate is that of about the last so many seconds. */
const WINDOW_MS = 20_000;

export interface Progress {
  bytes(count: number): void;
  image(): void;
  close(): void;
}

export function createProgress(
  total: { readonly images: number; readonly bytes: number },
  tell: (progress: CopyProgress) => void,
): Progress {
  let sent = 0;
  let images = 0;
  let marks: { readonly at: number; readonly sent: number }[] = [{ at: Date.now(), sent: 0 }];
  const say = (): void => {
    const now = Date.now();
    marks = [...marks.filter(({ at }, index) => now - at <= WINDOW_MS || index === marks.length - 1), { at: now, sent }];
    tell({ why: `${total.images} images to be copied`, seen: seenOf({ images, sent, rate: rateOf(marks) }, total) });
  };
  const timer = setInterval(say, EVERY_MS);
  return {
    bytes: (count) => {
      sent += count;
    },
    image: () => {
      images++;
    },
    close: () => clearInterval(timer),
  };
}

function rateOf(marks: readonly { readonly at: number; readonly sent: number }[]): number {
  const [first, last] = [marks[0], marks.at(-1)];
  return first && last && last.at > first.at ? Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at)) : 0;
}

/** "12 of 400 images, 1.2 GB of 3.2 GB, 85.0 MB/s, 24s left" */
export function seenOf(
  now: { readonly images: number; readonly sent: number; readonly rate: number },
  total: { readonly images: number; readonly bytes: number },
): string {
  // More than foreseen is sent where a blob had to be sent twice, or to another repository.
  const all = Math.max(total.bytes, now.sent);
  const left = now.rate > 0 ? Math.ceil((all - now.sent) / now.rate) : undefined;
  return [
    `${now.images} of ${total.images} images`,
    `${bytesText(now.sent)} of ${bytesText(all)}`,
    `${bytesText(now.rate)}/s`,
    ...(left === undefined ? [] : [`${timeText(left)} left`]),
  ].join(', ');
}

const timeText = (seconds: number): string => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours}h${String(minutes).padStart(2, '0')}m`;
  return minutes > 0 ? `${minutes}m${String(seconds % 60).padStart(2, '0')}s` : `${seconds}s`;
};
