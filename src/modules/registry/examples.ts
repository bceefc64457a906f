/** States that examples of image_mirror start from. */
import type { Pair } from './pairs.ts';
import type { Surveyed } from './survey.ts';

export const example = { images: ['quay.io/team/app:v1', 'quay.io/team/web:v2'], dest_prefix: 'mirror.example.com:5000/ocp' };

const digest = 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';

const pair = (name: string, tag: string): Pair => ({
  from: { in: 'registry', at: 'quay.io', repository: `team/${name}`, tag },
  to: { in: 'registry', at: 'mirror.example.com:5000', repository: `ocp/team/${name}`, tag },
});

export const there: Surveyed = { is: 'there', pair: pair('app', 'v1'), digest };
export const missing: Extract<Surveyed, { is: 'missing' }> = { is: 'missing', pair: pair('web', 'v2'), source: digest, digest };
export const noSource: Surveyed = { is: 'problem', pair: pair('web', 'v2'), why: 'quay.io/team/web:v2 does not exist', absent: true };
