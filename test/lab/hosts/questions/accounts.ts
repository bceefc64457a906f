/** Questions about users and groups as the modules user and group ask and act, by root. */
import { account } from '../../../../src/probes/account.ts';
import { getent } from '../../../../src/probes/getent.ts';
import { ask, type Situation, say, sh } from './question.ts';

const HASH = '$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.';

export const ACCOUNTS: Situation = {
  name: 'accounts',
  as: 'root',
  before: `userdel -rf alice; userdel -rf bob; for g in alice bob storage backup2; do groupdel $g; done
groupadd -g 1700 -- storage; groupadd -g 1701 -- backup2; useradd -u 1800 -g storage -c 'Alice A.' -d /home/alice -s /bin/bash -m -- alice`,
  byShell: true,
  looks: [
    ask(account, 'alice'),
    ask(getent, { database: 'group', key: 'storage' }),
    ask(getent, { database: 'shadow', key: 'nobody-here' }),
    say('id', 'alice'),
    say('id', '-gn', '--', 'alice'),
    say('id', '-Gn', '--', 'alice'),
    sh('stat -c "%F %U %G" /home/alice; test -d /home/alice && echo made'),
    sh('grep ^alice: /etc/passwd; grep ^storage: /etc/group; stat -c "%a %U" /etc/passwd /etc/group; stat -c %U /etc/shadow'),
    say('sudo', '-u', 'alice', 'id', '-un'),
  ],
  acts: [
    say('useradd', '-u', '1801', '-g', 'storage', '-G', 'backup2,root', '-c', 'Bob', '-d', '/home/bob', '-s', '/bin/sh', '-m', '--', 'bob'),
    say('useradd', '-u', '1801', '-d', '/srv/bob', '-s', '/bin/sh', '-M', '--', 'bob'),
    say('useradd', '-M', '--', 'alice'),
    say('useradd', '-u', '1800', '-M', '--', 'bob'),
    say('useradd', '-u', '1800', '-o', '-g', 'storage', '-d', '/home/bob', '-s', '/bin/sh', '-M', '--', 'bob'),
    say('useradd', '-g', 'nope', '-M', '--', 'bob'),
    say('useradd', '-G', 'nope', '-M', '--', 'bob'),
    say('useradd', '-M', '--', 'not:good'),
    say('usermod', '-u', '1802', '-c', 'Other', '-s', '/bin/sh', '--', 'alice'),
    say('usermod', '-G', 'backup2', '--', 'alice'),
    say('usermod', '-g', 'backup2', '-d', '/home/other', '--', 'alice'),
    say('usermod', '-d', '/home/other', '-m', '--', 'alice'),
    say('usermod', '-g', 'nope', '--', 'alice'),
    say('usermod', '-u', '0', '--', 'alice'),
    say('usermod', '-c', 'x', '--', 'nope'),
    sh(`printf '%s\\n' 'alice:${HASH}' | chpasswd -e; echo $?; getent shadow alice | cut -d: -f1,2`),
    sh(`printf '%s\\n' 'nope:x' | chpasswd -e`),
    say('userdel', '--', 'alice'),
    say('userdel', '-r', '--', 'alice'),
    say('userdel', '--', 'nope'),
    say('groupadd', '-g', '1702', '--', 'bob'),
    say('groupadd', '--', 'storage'),
    say('groupadd', '-g', '1700', '--', 'bob'),
    say('groupadd', '-g', '1700', '-o', '--', 'bob'),
    say('groupmod', '-g', '1703', '--', 'storage'),
    say('groupmod', '-g', '1701', '--', 'storage'),
    say('groupmod', '-g', '1703', '--', 'nope'),
    say('groupdel', '--', 'backup2'),
    say('groupdel', '--', 'storage'),
    say('groupdel', '--', 'nope'),
    say('sudo', '-u', 'core', 'useradd', '-M', '--', 'bob'),
  ],
  afterwards: sh(
    'for u in alice bob; do getent passwd $u; id $u 2>/dev/null; stat -c "%n %F %U %G" /home/$u 2>/dev/null; done; for g in alice bob storage backup2; do getent group $g; done; getent group root; ls -d /home/other 2>&1',
  ),
};
