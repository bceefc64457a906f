/** Keywords by which a check could say less, or other, than the run does: for each a playbook with something that only the run can know. */

/** `u` holds what a command says: nobody knows it before it ran. `k` is known. */
const head = `
- hosts: a,b
  gather_facts: false
  vars: { k: 5, here: "{{ playbook_dir }}/{{ inventory_hostname }}" }
  tasks:
    - { name: ask, command: echo 5, register: u }
    - { name: known, copy: { content: k, dest: "{{ here }}-known", mode: "0644" }, register: made }
`;
/** A task that leaves a mark, with keywords of its own. */
const put = (name: string, ...keywords: readonly string[]): string =>
  `    - name: ${name}\n      copy: { content: "${name}", dest: "{{ here }}-${name.replaceAll(' ', '-')}", mode: "0644" }\n${keywords.map((one) => `      ${one}\n`).join('')}`;
const nested = (text: string): string => text.replace(/^/gm, '    ').trimEnd();

export const PLAYBOOKS: { readonly [keyword: string]: string } = {
  when: `${head}${put('if', 'when: u.stdout == "5"')}${put('if not', 'when: u.stdout != "5"')}${put('if changed', 'when: made is changed')}${put('if both', 'when: [k == 5, u.rc == 0]')}${put('never', 'when: [k == 6, u.rc == 0]')}`,
  'when, from a variable': `${head}${put('if', 'when: wanted', 'vars: { wanted: "{{ u.stdout | int > 3 }}" }')}`,
  loop: `${head}    - name: each\n      copy: { content: x, dest: "{{ here }}-{{ item }}", mode: "0644" }\n      loop: "{{ u.stdout_lines }}"\n    - name: each known\n      copy: { content: "{{ u.stdout if item == 2 else 'x' }}", dest: "{{ here }}-{{ item }}", mode: "0644" }\n      loop: [1, 2]\n      register: many\n${put('after', 'when: many is changed')}`,
  until: `${head}    - name: again\n      shell: echo x >> {{ here }}-count; wc -l < {{ here }}-count\n      register: r\n      until: r.stdout | int > 1\n      delay: 0\n${put('after', 'when: r.attempts == 2')}`,
  register: `${head}    - name: text\n      copy: { content: "{{ u.stdout }} {{ made.dest }}", dest: "{{ here }}-text", mode: "0644" }\n      register: text\n${put('after', 'when: text is changed and text.size == 3')}`,
  changed_when: `${head}    - { name: says not, command: "true", changed_when: false, register: r }\n    - { name: says, command: "true", changed_when: u.stdout == "5", register: r2 }\n    - name: known\n      copy: { content: y, dest: "{{ here }}-y", mode: "0644" }\n      changed_when: false\n${put('one', 'when: r is changed')}${put('two', 'when: r2 is changed')}`,
  'changed_when of a look': `${head}    - { name: looks, stat: { path: "{{ here }}-known" }, changed_when: u.stdout == "5", notify: act, register: r }\n${put('after', 'when: r is changed')}  handlers:\n${put('act')}`,
  failed_when: `${head}    - name: fails\n      copy: { content: z, dest: "{{ here }}-z", mode: "0644" }\n      failed_when: u.stdout == "5"\n      ignore_errors: true\n      register: r\n${put('after', 'when: r is failed')}`,
  notify: `${head}    - { name: tell, command: "true", changed_when: u.rc == 0, notify: act }\n${put('sure', 'notify: act too')}  handlers:\n${put('act')}${put('act too')}`,
  'meta flush_handlers': `${head}${put('sure', 'notify: act')}    - meta: flush_handlers\n    - { name: seen, stat: { path: "{{ here }}-act" }, register: s }\n${put('after', 'when: s.stat.exists')}  handlers:\n${put('act')}`,
  'block and rescue': `${head}    - block:\n        - { name: breaks, command: "false" }\n${nested(put('not reached'))}\n      rescue:\n${nested(put('mended'))}\n      always:\n${nested(put('always'))}\n`,
  ignore_errors: `${head}    - { name: breaks, command: "false", ignore_errors: true, register: r }\n${put('after', 'when: r is failed')}`,
  any_errors_fatal: `${head}    - { name: breaks, command: "false", when: inventory_hostname == "a", any_errors_fatal: true }\n${put('after')}`,
  'include_tasks with when': `${head}    - { include_tasks: more.yml, when: u.rc == 0 }\n    - { include_tasks: more.yml, when: u.rc == 1 }\n`,
  'include_tasks by name': `${head}    - include_tasks: "more{{ u.stdout | replace('5', '') }}.yml"\n`,
  include_role: `${head}    - { include_role: { name: extra }, when: u.rc == 0, vars: { by: include } }\n    - import_role: { name: extra }\n      when: u.rc == 0\n      vars: { by: import }\n`,
  delegate_to: `${head}    - name: there\n      copy: { content: x, dest: "{{ playbook_dir }}/there-{{ inventory_hostname }}", mode: "0644" }\n      delegate_to: "{{ 'b' if u.rc == 0 else 'c' }}"\n`,
  run_once: `${head}    - { name: one asks, command: echo 7, run_once: true, register: one }\n    - name: all use\n      copy: { content: "{{ one.stdout }}", dest: "{{ here }}-one", mode: "0644" }\n`,
  set_fact: `${head}    - { name: fact, set_fact: { f: "{{ u.stdout }}", g: known } }\n    - name: uses\n      copy: { content: "{{ f }}", dest: "{{ here }}-f", mode: "0644" }\n${put('if g', "when: g == 'known'")}`,
  'set_fact with when': `${head}    - { name: fact, set_fact: { f: 1 }, when: u.rc == 0 }\n${put('if defined', 'when: f is defined')}${put('if not defined', 'when: f is not defined')}`,
  hostvars: `${head}    - name: of the other\n      copy: { content: "{{ hostvars['b'].u.stdout }}", dest: "{{ here }}-other", mode: "0644" }\n`,
  environment: `${head}    - { name: shows, shell: "echo $V > {{ here }}-env", environment: { V: "{{ u.stdout }}" } }\n    - name: of no account\n      copy: { content: w, dest: "{{ here }}-w", mode: "0644" }\n      environment: { V: "{{ u.stdout }}" }\n`,
  'vars of a task': `${head}    - name: uses\n      copy: { content: "{{ v }}", dest: "{{ here }}-v", mode: "0644" }\n      vars: { v: "{{ w }}", w: "{{ u.stdout }}" }\n`,
  'add_host and group_by': `${head}    - { name: more hosts, add_host: { name: "n{{ u.stdout }}", groups: dyn, ansible_connection: local } }\n    - { name: by answer, group_by: { key: "g{{ u.stdout }}" } }\n- hosts: dyn:g5\n  gather_facts: false\n  vars: { here: "{{ playbook_dir }}/{{ inventory_hostname }}" }\n  tasks:\n${put('second play')}`,
  'add_host, known': `${head}    - { name: more hosts, add_host: { name: n, groups: dyn, ansible_connection: local } }\n- hosts: dyn\n  gather_facts: false\n  vars: { here: "{{ playbook_dir }}/{{ inventory_hostname }}" }\n  tasks:\n${put('second play')}`,
  include_vars: `${head}    - { name: reads, include_vars: "vars-{{ u.stdout }}.yml" }\n    - name: uses\n      copy: { content: "{{ w }}", dest: "{{ here }}-w", mode: "0644" }\n`,
  assert: `${head}    - { name: holds, assert: { that: [u.stdout == "5"] } }\n${put('after')}    - { name: does not, assert: { that: [u.stdout == "6"] } }\n${put('not reached')}`,
  fail: `${head}    - { name: stops, fail: { msg: no }, when: u.stdout == "5" }\n${put('not reached')}`,
  'meta end_host': `${head}    - { meta: end_host, when: u.stdout == "5" and inventory_hostname == "a" }\n${put('after')}`,
  'meta end_play': `${head}    - { meta: end_play, when: u.stdout == "5" }\n${put('after')}`,
  serial: `${head.replace('gather_facts', 'serial: 1\n  gather_facts')}${put('after', 'when: u.rc == 0')}`,
  'strategy free': `${head.replace('gather_facts', 'strategy: free\n  gather_facts')}${put('after', 'when: u.rc == 0')}`,
  'loop_control label': `${head}    - name: each\n      copy: { content: "{{ item }}", dest: "{{ here }}-{{ item }}", mode: "0644" }\n      loop: [1, 2]\n      loop_control: { label: "{{ u.stdout }}", break_when: u.stdout == "5" }\n`,
  module_defaults: `${head.replace('vars:', 'module_defaults: { copy: { mode: "{{ u.mode | default(\'0600\') }}" } }\n  vars:')}    - name: with a default\n      copy: { content: x, dest: "{{ here }}-x" }\n`,
  'a file of an earlier task': `${head}    - { name: directory, file: { path: "{{ here }}-d", state: directory, mode: "0755" } }\n    - { name: into it, copy: { content: x, dest: "{{ here }}-d/x", mode: "0644" } }\n    - { name: line, lineinfile: { path: "{{ here }}-d/x", line: more } }\n    - { name: look, stat: { path: "{{ here }}-d/x" }, register: s }\n${put('if there', 'when: s.stat.exists')}    - { name: gone, file: { path: "{{ here }}-d", state: absent } }\n    - { name: look again, stat: { path: "{{ here }}-d/x" }, register: s }\n${put('if still there', 'when: s.stat.exists')}`,
  async: `${head}    - { name: job, command: "touch {{ here }}-job", async: 30, poll: 1 }\n    - { name: later, command: "touch {{ here }}-later", async: 30, poll: 0, register: job }\n    - { name: wait, async_status: { jid: "{{ job.ansible_job_id }}" }, register: j, until: j is finished, retries: 600, delay: 0.1 }\n`,
  tags: `${head}${put('tagged', 'tags: [x]', 'when: u.rc == 0')}`,
};

/** Beside every playbook. */
export const FILES = {
  'more.yml': '- { name: more, copy: { content: m, dest: "{{ here }}-more", mode: "0644" } }\n',
  'vars-5.yml': 'w: five\n',
  'roles/extra/tasks/main.yml': '- { name: in the role, copy: { content: m, dest: "{{ here }}-{{ by }}", mode: "0644" } }\n',
};
