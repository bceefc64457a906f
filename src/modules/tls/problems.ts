/** What is wrong with a server's certificate, each with what to do about it. Pure. */
import { isIP } from 'node:net';
import { type Chain, daysLeft, isSelfSigned, named, namesOf } from './chain.ts';

export interface Problem {
  readonly why: string;
  readonly hint: string;
}

export interface Wanted {
  /** The name or address that clients use. */
  readonly name: string;
  readonly minDays: number;
  readonly now: number;
  /** What was looked through: a bundle of so many, or the host's own authorities and OpenSSL's verdict by them. */
  readonly trust: { readonly bundle: readonly string[] } | { readonly code: number; readonly text: string };
}

export const problemsOf = (chain: Chain, wanted: Wanted): readonly Problem[] => [
  ...trouble(chain, wanted),
  ...dates(chain, wanted),
  ...names(chain, wanted),
];

/** Verdicts of OpenSSL that are about dates, which are told from the certificates themselves. */
const ABOUT_DATES = new Set([9, 10]);

function trouble({ leaf, links, anchor }: Chain, { trust }: Wanted): readonly Problem[] {
  const last = links.at(-1) ?? leaf;
  const putIn = isSelfSigned(last)
    ? last === leaf
      ? 'put this very certificate into the bundle (ca of the result), or have one issued by an authority'
      : `put the authority ${named(last.subject)} into the bundle (ca of the result), if it is the one you expect`
    : `put the certificate of ${named(last.issuer)} into the bundle: the server does not send it, whoever runs the authority has it`;
  const who = last === leaf && isSelfSigned(leaf) ? `the certificate is self-signed (${named(leaf.subject)})` : undefined;
  if (!('bundle' in trust)) {
    if (trust.code === 0 || ABOUT_DATES.has(trust.code)) return [];
    return [{ why: `${who ?? `the host's own authorities do not vouch for ${named(last.issuer)}`}: ${trust.text}`, hint: putIn }];
  }
  if (anchor) return [];
  const holds = trust.bundle.slice(0, 3).join('; ') + (trust.bundle.length > 3 ? `; and ${trust.bundle.length - 3} more` : '');
  const twin = trust.bundle.includes(named(last.issuer)) ? ', or under that name with another key only' : '';
  const missing = `${who ?? `the certificate leads to ${named(last.issuer)}`}, which is not in the bundle given${twin} (${holds || 'no certificate'})`;
  return [{ why: missing, hint: putIn }];
}

function dates({ links }: Chain, { minDays, now }: Wanted): readonly Problem[] {
  return links.flatMap((one): readonly Problem[] => {
    const left = daysLeft(one, now);
    const what = `the certificate ${named(one.subject)}`;
    if (Date.parse(one.validFrom) > now)
      return [
        { why: `${what} is valid only from ${day(one.validFrom)}`, hint: 'check the clock of the host, and that of whoever issued it' },
      ];
    if (Date.parse(one.validTo) <= now) return [{ why: `${what} expired on ${day(one.validTo)}`, hint: 'renew it at the server' }];
    return left < minDays
      ? [
          {
            why: `${what} expires on ${day(one.validTo)}, in ${left} days`,
            hint: `renew it at the server, or ask for less than min_days: ${minDays}`,
          },
        ]
      : [];
  });
}

const day = (date: string): string => new Date(date).toISOString().slice(0, 10);

function names({ leaf }: Chain, { name }: Wanted): readonly Problem[] {
  // As Go has it: the common name does not count.
  const good = isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name, { subject: 'never' });
  if (good !== undefined) return [];
  const found = namesOf(leaf);
  const held = found.length > 0 ? `but for ${found.join(', ')}` : 'and has no subject alternative names at all, which Go’s programs want';
  return [{ why: `the certificate is not for ${name}, ${held}`, hint: 'use one of its names, or have this one put into it' }];
}
