/** What to type instead, for those who call pb as they call Ansible's other programs. */

const AD_HOC = 'pb has no ad-hoc commands: put the task into a playbook and call pb run PLAYBOOK';

/** Names of Ansible's programs, without `ansible-`. */
const PROGRAMS: { readonly [word: string]: string } = {
  playbook: 'pb run PLAYBOOK runs playbooks',
  adhoc: AD_HOC,
  console: AD_HOC,
  galaxy: 'pb installs nothing: pb doc lists its modules, and roles are looked for in roles/ and roles_path',
  config: 'pb has no command for settings: docs/coming-from-ansible.md says which of ansible.cfg it knows',
  pull: 'pb has no pull mode: fetch the project yourself and call pb run -c local PLAYBOOK',
};

/** `argv`: after the program's name; undefined where it looks like nothing of Ansible's. */
export function insteadOf(argv: readonly string[]): string | undefined {
  const [first = ''] = argv;
  if (argv.some((word) => /^(-m|--module-name(=.*)?)$/.test(word))) return AD_HOC;
  if (/\.ya?ml$/.test(first)) return `pb run ${first}`;
  const name = first.replace(/^ansible-/, '');
  return Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
}
