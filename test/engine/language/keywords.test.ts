/** Keywords that are handed down or worked out per host: throttle, strategies, connection, become, environment. */
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/event.ts';
import type { Endpoint } from '../../../src/core/inventory.ts';
import { type Settings, told } from './support.ts';

/** The most hosts that were at one task at the same time. */
function atOnce(events: readonly RunEvent[], name: string): number {
  const ids = new Set(events.flatMap((event) => (event.type === 'task.start' && event.task.name === name ? [event.task.id] : [])));
  let now = 0;
  let most = 0;
  for (const event of events) {
    if (event.type === 'host.start' && ids.has(event.where.task) && event.where.item === undefined) most = Math.max(most, ++now);
    if (event.type === 'host.end' && ids.has(event.where.task)) now--;
  }
  return most;
}

describe('throttle', () => {
  const play = (strategy: string, more: string) => `- hosts: all
  gather_facts: false
  strategy: ${strategy}
  tasks:
    - block:
        - {name: work, command: "true"}
${more}`;
  test.each(['linear', 'free'])('of a block holds for each task in it, under %s too', async (strategy) => {
    expect(atOnce((await told(play(strategy, '      throttle: "{{ 0 + 1 }}"\n'))).events, 'work')).toBe(1);
    expect(atOnce((await told(play(strategy, ''))).events, 'work')).toBe(3);
  });
  test('of a role', async () => {
    const { events } = await told({
      'site.yml': '- hosts: all\n  gather_facts: false\n  roles: [{role: r, throttle: 1}]\n',
      'roles/r/tasks/main.yml': '- {name: work, command: "true"}\n',
    });
    expect(atOnce(events, 'r : work')).toBe(1);
  });
});

describe('strategies', () => {
  test('host_pinned: a host goes through all tasks before the next one begins, where forks is 1', async () => {
    const play = (strategy: string) => `- hosts: all
  gather_facts: false
  strategy: ${strategy}
  tasks:
    - {name: one, command: "true"}
    - {name: two, command: "true"}
`;
    const forks: Settings = { facts: { forks: 1 } };
    const order = (story: readonly string[]) => story.map((line) => line.replace(' changed', '')).join(', ');
    expect(order((await told(play('host_pinned'), forks)).story)).toBe('one a, two a, one b, two b, one c, two c');
    expect(order((await told(play('linear'), forks)).story)).toBe('one a, one b, one c, two a, two b, two c');
  });
});

test('port, remote_user, connection and become_* may be templates of the host', async () => {
  const seen: { readonly host: string; readonly endpoint: Endpoint; readonly become: unknown }[] = [];
  await told(
    `- hosts: far
  gather_facts: false
  vars: {way: ssh, mine: "u-{{ inventory_hostname }}", root: "r-{{ inventory_hostname }}"}
  remote_user: "{{ mine }}"
  port: "{{ number }}"
  connection: "{{ way }}"
  become: "{{ number == 2201 }}"
  become_user: "{{ root }}"
  become_method: "{{ 'sudo' }}"
  become_exe: "/opt/{{ root }}/sudo"
  become_flags: "-E {{ '-i' }}"
  collections: [community.general]
  tasks: [{ping: }]
`,
    {
      hosts: '[far]\nx ansible_host=192.0.2.1 number=2201\ny ansible_host=192.0.2.2 number=2202\n',
      ports: () => ({
        connect: (host, endpoint, become) => {
          seen.push({ host, endpoint, become });
          return Promise.reject(new Error('nobody is there'));
        },
      }),
    },
  );
  expect(seen.toSorted((a, b) => a.host.localeCompare(b.host))).toMatchObject([
    {
      host: 'x',
      endpoint: { via: 'ssh', user: 'u-x', port: 2201 },
      become: { method: 'sudo', user: 'r-x', exe: '/opt/r-x/sudo', flags: ['-E', '-i'] },
    },
    { host: 'y', endpoint: { via: 'ssh', user: 'u-y', port: 2202 }, become: undefined },
  ]);
});

test('environment comes down from play, block and task, name by name; the inner one wins', async () => {
  const { said } = await told(`- hosts: a
  gather_facts: false
  environment: {A: play, B: play, C: play}
  tasks:
    - block:
        - shell: echo "$A $B $C $D"
          environment: {C: task, D: "{{ inventory_hostname }}"}
          register: r
      environment: [{B: block}]
    - debug: {msg: "{{ r.stdout }}"}
`);
  expect(said).toEqual(['a: play block task a']);
});

test('omit drops an argument, in a loop too', async () => {
  const { said } = await told(`- hosts: a
  gather_facts: false
  tasks:
    - copy: {content: x, dest: "{{ playbook_dir }}/{{ item.name }}", mode: "{{ item.mode | default(omit) }}"}
      loop: [{name: one, mode: '0600'}, {name: two}]
    - stat: {path: "{{ playbook_dir }}/{{ item }}"}
      loop: [one, two]
      register: r
    - debug: {msg: "{{ r.results | map(attribute='stat.mode') | unique | length }}"}
`);
  expect(said).toEqual(['a: 2']);
});
