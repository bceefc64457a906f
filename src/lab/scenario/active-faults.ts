/** The faults that are on, as one host and the API server meet them. */
import { type Faults, noFaults } from '../hosts/faults.ts';
import type { Intercept } from '../kube/server/http/fault.ts';
import type { AnyFault, ApiFault, HostFault } from './types.ts';

const HOST_FAULTS = ['unreachable', 'link_cut', 'silent', 'login_refused', 'slow_disk', 'slow_tool', 'lying_tool'] as const;
const API_FAULTS = ['api_error', 'api_slow', 'api_outage'] as const;

export const isHostFault = (fault: AnyFault): fault is HostFault => HOST_FAULTS.some((name) => name === fault.fault);
export const isApiFault = (fault: AnyFault): fault is ApiFault => API_FAULTS.some((name) => name === fault.fault);

const LINKS: { readonly [fault: string]: Faults['link'] } = { unreachable: 'down', link_cut: 'hang', silent: 'silent' };

const tool = (argv: readonly string[]): string => (argv[0] ?? '').split('/').at(-1) ?? '';

/** All that are on for one host, together. */
export function hostFaults(active: readonly HostFault[]): Faults {
  if (active.length === 0) return noFaults;
  const delay = (fits: (fault: HostFault) => number): number => active.reduce((sum, fault) => sum + fits(fault), 0);
  return {
    lie(argv) {
      for (const fault of active) {
        if (fault.fault !== 'lying_tool' || tool(argv) !== fault.tool) continue;
        if (fault.argument !== undefined && !argv.includes(fault.argument)) continue;
        return { code: fault.code ?? 0, stdout: fault.stdout ?? '', ...(fault.stderr === undefined ? {} : { stderr: fault.stderr }) };
      }
      return undefined;
    },
    tools: active.flatMap((fault) => (fault.fault === 'lying_tool' ? [fault.tool] : [])),
    slow: (path) => delay((fault) => (fault.fault === 'slow_disk' && path === `/dev/${fault.disk}` ? fault.ms : 0)),
    delay: (argv) => delay((fault) => (fault.fault === 'slow_tool' && tool(argv) === fault.tool ? fault.ms : 0)),
    refuseLogin: active.some(({ fault }) => fault === 'login_refused'),
    link: active.map(({ fault }) => LINKS[fault]).findLast((link) => link !== undefined) ?? 'up',
  };
}

export interface ApiFaults {
  readonly intercept: Intercept;
  set(fault: ApiFault, on: boolean): void;
}

/** `spared` are users whom it does not concern. */
export function apiFaults(spared: (user: string) => boolean): ApiFaults {
  const left = new Map<ApiFault, number>();
  const fits = (fault: ApiFault, action: string): boolean => {
    const [verb = '', resource = ''] = action.split(' ');
    if (fault.fault === 'api_outage') return false;
    return (fault.verb ?? verb) === verb && (fault.resource ?? resource) === resource;
  };
  return {
    set(fault, on) {
      if (on) left.set(fault, fault.fault === 'api_error' ? (fault.times ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY);
      else left.delete(fault);
    },
    intercept({ action, user }) {
      if (spared(user) || action === '') return undefined;
      let delayMs = 0;
      for (const [fault, times] of left) {
        if (times <= 0 || !fits(fault, action)) continue;
        left.set(fault, times - 1);
        if (fault.fault === 'api_slow') delayMs += fault.ms;
        if (fault.fault !== 'api_error') continue;
        return {
          ...{ delayMs, status: fault.status },
          ...(fault.retry_after === undefined ? {} : { retryAfter: fault.retry_after }),
          ...(fault.message === undefined ? {} : { message: fault.message }),
        };
      }
      return delayMs > 0 ? { delayMs } : undefined;
    },
  };
}
