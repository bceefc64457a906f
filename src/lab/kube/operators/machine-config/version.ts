/** Comparing OpenShift's versions. Pure. */

/** The 18 of "4.18.20". */
export const minorOf = (version: string): number => Number(version.split('.')[1] ?? 0);

/** Whether a version is older than the first patch of its release that has something; older releases never got it, newer ones have it. */
export function versionBefore(version: string, since: Readonly<Record<string, number>>): boolean {
  const [major = '4', minor = '0', patch = '0'] = version.split('.');
  const first = since[`${major}.${minor}`];
  if (first !== undefined) return Number.parseInt(patch, 10) < first;
  return Object.keys(since).every((release) => minorOf(release) > Number(minor));
}
