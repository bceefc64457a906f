/** Questions about services as the modules service and systemd ask and act, by root. The units are those of record-systemd.ts. */
import { systemdUnit } from '../../../../src/probes/systemd-unit.ts';
import { ask, type Situation, say, sh } from './question.ts';

const of = (unit: string) => ask(systemdUnit, { unit, user: false });
const act = (...words: readonly string[]) => say('systemctl', ...words);

export const SERVICES: Situation = {
  name: 'services',
  as: 'root',
  systemd: true,
  before:
    'systemctl unmask lab.service; systemctl disable lab.service once.service; systemctl stop fixed.service; systemctl mask once.service; systemctl start lab.service',
  looks: [
    ...['lab.service', 'lab', 'fixed', 'once', 'nope'].map(of),
    act('is-active', 'lab'),
    act('is-active', 'fixed', 'nope'),
    act('is-active', '--quiet', 'lab', 'nope'),
    act('is-failed', 'lab'),
    act('is-enabled', 'lab'),
    act('is-enabled', 'fixed'),
    act('is-enabled', 'once'),
    act('is-enabled', 'nope'),
    act('show', '-p', 'ActiveState', '--value', 'lab'),
    act('show', '--property=LoadState,SubState', 'fixed'),
    act('status', 'nope'),
    act('cat', 'nope'),
    act('frobnicate', 'lab'),
  ],
  acts: [
    act('start', '--', 'fixed'),
    act('start', '--', 'lab'),
    act('start', '--', 'nope'),
    act('start', '--', 'once'),
    act('stop', '--', 'lab'),
    act('stop', '--', 'nope'),
    act('restart', '--', 'lab'),
    act('restart', '--', 'fixed'),
    act('reload', '--', 'lab'),
    act('reload', '--', 'fixed'),
    act('reload', '--', 'nope'),
    act('try-restart', '--', 'fixed'),
    act('enable', '--', 'lab'),
    act('enable', '--now', '--', 'lab'),
    act('enable', '--', 'fixed'),
    act('enable', '--', 'once'),
    act('enable', '--', 'nope'),
    act('disable', '--', 'lab'),
    act('disable', '--now', '--', 'lab'),
    sh('systemctl enable -q lab; systemctl is-enabled lab; systemctl disable lab'),
    act('mask', '--', 'lab'),
    act('mask', '--', 'nope'),
    act('unmask', '--', 'once'),
    act('unmask', '--', 'lab'),
    act('daemon-reload'),
    sh('systemctl unmask once; systemctl start once; systemctl is-active once'),
  ],
  afterwards: sh('for u in lab fixed once; do systemctl show --property=ActiveState,UnitFileState,LoadState $u; done'),
};
