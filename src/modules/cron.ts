/** Jobs and variables of cron. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { crontab } from '../probes/crontab.ts';
import { args, change, defineModule, failed, flag, ok, oneOf, optional, text } from './define.ts';
import { decideEdit, type Edited, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { type CronArgs, envNames, jobNames, withCron } from './system/cron-table.ts';

type Args = CronArgs & { readonly backup: boolean };

/** A user's table, or a file of /etc/cron.d. */
type State = { readonly table: string } | { readonly file: Edited };

const TIMES = ['annually', 'daily', 'hourly', 'monthly', 'reboot', 'weekly', 'yearly'] as const;
const BACKUP = '0 2 * * * /usr/local/bin/backup --all';

export const cron = defineModule({
  name: 'cron',
  aliases: ['ansible.builtin.cron'],
  target: 'host',
  effect: 'converge',
  summary: 'Keep jobs and variables in the tables of cron',
  notes: [
    'A comment with the name says which job it is: the line after it is what this module writes.',
    'state: absent of the last job in a cron_file removes the file.',
  ],
  args: args({
    name: text('What the job is called, or with env the variable', { minLength: 1 }),
    job: optional(text('The command, or with env the value; needed unless state is absent')),
    state: oneOf(['present', 'absent'], 'Whether it shall be there', { default: 'present' }),
    env: flag('It is a variable of the table', false),
    minute: text('0-59, *, */2', { default: '*' }),
    hour: text('0-23, *, */2', { default: '*' }),
    day: text('Day of the month: 1-31, *, */2', { default: '*' }),
    month: text('1-12, JAN-DEC, *, */2', { default: '*' }),
    weekday: text('0-6 or SUN-SAT, *', { default: '*' }),
    special_time: optional(oneOf(TIMES, 'Instead of the five times')),
    disabled: flag('Keep it there as a comment', false),
    user: optional(text('Whose table; the user in force when left out. In a cron_file: who runs it')),
    cron_file: optional(text('A file of /etc/cron.d, or a path, instead of a user’s table')),
    insertafter: optional(text('env: the variable after which a new one goes')),
    insertbefore: optional(text('env: the variable before which a new one goes')),
    backup: flag('cron_file: keep what is replaced beside it', false),
  }),
  argAliases: { value: 'job', dom: 'day', dow: 'weekday' },
  examples: [
    {
      title: 'a new job',
      args: { name: 'backup', hour: '2', minute: '0', job: '/usr/local/bin/backup --all' },
      state: { table: '' },
      expect: 'change',
    },
    {
      title: 'it is there',
      args: { name: 'backup', hour: '2', minute: '0', job: '/usr/local/bin/backup --all' },
      state: { table: `MAILTO=""\n#Ansible: backup\n${BACKUP}\n` },
      expect: 'ok',
    },
    { title: 'taken away', args: { name: 'backup', state: 'absent' }, state: { table: `#Ansible: backup\n${BACKUP}\n` }, expect: 'change' },
    {
      title: 'a variable before the jobs',
      args: { name: 'PATH', env: true, job: '/usr/local/bin:/usr/bin' },
      state: { table: `#Ansible: backup\n${BACKUP}\n` },
      expect: 'change',
    },
    {
      title: 'a file of cron.d',
      args: { name: 'scrub', cron_file: 'storage', user: 'root', special_time: 'weekly', job: 'scrub', disabled: true },
      state: { file: { ...seen('/etc/cron.d/storage', ''), stat: null } },
      expect: 'change',
    },
    {
      title: 'the last job of a file',
      args: { name: 'scrub', cron_file: 'storage', state: 'absent' },
      state: { file: seen('/etc/cron.d/storage', '#Ansible: scrub\n@weekly root scrub\n') },
      expect: 'change',
    },
    {
      title: 'two ways to say when',
      args: { name: 'x', job: 'y', special_time: 'daily', hour: '2' },
      state: { table: '' },
      expect: 'failed',
    },
  ],
  reads: ({ cron_file }) => (cron_file === undefined ? [] : [`path/${pathOf(cron_file)}`]),
  async read(given, io): Promise<State> {
    if (given.cron_file === undefined) return { table: await io.ask(crontab, given.user ?? null) };
    return { file: await readEdited({ path: pathOf(given.cron_file), backup: given.backup }, io) };
  },
  decide(given, state): Decision<JsonObject> {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const wrong = 'file' in state ? uneditable(state.file, true) : undefined;
    if (wrong) return wrong;
    const now = 'file' in state ? (state.file.text ?? '') : state.table;
    const made = withCron(now, given);
    if ('problem' in made) return failed(made.problem, { code: 'args' });
    const next = made.text;
    const quiet = {
      jobs: jobNames(next),
      envs: envNames(next),
      ...(given.cron_file === undefined ? {} : { cron_file: given.cron_file, state: given.state }),
    };
    if ('file' in state) {
      const { file } = state;
      if (given.state === 'absent' && next.trim() === '' && file.stat !== null) {
        return change({
          op: 'delete',
          summary: `remove ${file.path}, which holds no more jobs`,
          before: now,
          after: null,
          steps: [{ do: 'remove', path: file.path }],
        });
      }
      if (given.state === 'absent' && file.stat === null) return ok(quiet);
      return decideEdit(file, { text: next, says: quiet }, { path: file.path, backup: given.backup, quiet });
    }
    if (next === now) return ok(quiet);
    const step: Step = { do: 'exec', argv: ['crontab', ...(given.user === undefined ? [] : ['-u', given.user]), '-'], stdin: next };
    const whose = given.user === undefined ? 'the crontab' : `the crontab of ${given.user}`;
    return change({
      op: 'update',
      summary: `${given.state === 'present' ? 'put' : 'take'} ${given.name} ${given.state === 'present' ? 'into' : 'out of'} ${whose}`,
      before: now,
      after: next,
      steps: [step],
    });
  },
});

const pathOf = (file: string): string => (file.startsWith('/') ? file : `/etc/cron.d/${file}`);

function problemOf(given: Args): string | undefined {
  const { minute, hour, day, month, weekday } = given;
  if (given.cron_file === '/etc/crontab') return 'Will not manage /etc/crontab via cron_file: name a file of /etc/cron.d';
  if (given.special_time !== undefined && [minute, hour, day, month, weekday].some((time) => time !== '*')) {
    return 'You cannot combine special_time with any of the time or day/date parameters.';
  }
  if (given.env && given.name.includes(' ')) return 'Invalid name for environment variable';
  if (given.state === 'absent') return undefined;
  if (given.job === undefined) return "You must specify 'job' to install a new cron job or variable";
  if (/[\r\n]/.test(given.job.trim())) return 'job holds a line break: cron takes a command of one line';
  if (given.cron_file !== undefined && given.user === undefined && !given.env)
    return 'To use cron_file=... parameter you must specify user=... as well';
  const beside = given.insertafter !== undefined || given.insertbefore !== undefined;
  return beside && !given.env ? 'Insertafter and insertbefore parameters are valid only with env=yes' : undefined;
}
