/** A `sudo` for tests: asks and complains as the real one does, then runs the command as the user it is, with PB_SUDO_USER set. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `password`: asked for where given. `refuses`: a complaint it ends with. `slow`: it waits for this file first. */
export interface SudoRules {
  readonly password?: string;
  readonly refuses?: string;
  readonly waitsFor?: string;
}

export interface FakeSudo {
  /** To be put before PATH. */
  readonly bin: string;
  rules(rules: SudoRules): void;
}

export function fakeSudo(dir: string): FakeSudo {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(dir, 'sudo-rules');
  const rules = ({ password = '', refuses = '', waitsFor = '' }: SudoRules) =>
    writeFileSync(file, `password='${password}'\nrefuses='${refuses}'\nwaits='${waitsFor}'\n`);
  rules({});
  writeFileSync(join(bin, 'sudo'), script(file, join(dir, 'sudo-argv')));
  chmodSync(join(bin, 'sudo'), 0o755);
  return { bin, rules };
}

const script = (rules: string, log: string): string => `#!/bin/sh
echo "$@" >>'${log}'
. '${rules}'
ask= prompt= user=root
while [ $# -gt 0 ]; do
  case $1 in
    -n) ask=no; shift;;
    -S) ask=yes; shift;;
    -p) prompt=$2; shift 2;;
    -u) user=$2; shift 2;;
    --) shift; break;;
    *) shift;;
  esac
done
if [ "$waits" ]; then
  echo "sudo: unable to resolve host worker01: Name or service not known" >&2
  until [ -e "$waits" ]; do sleep 0.05; done
fi
[ "$refuses" ] && { echo "$refuses" >&2; exit 1; }
if [ "$password" ]; then
  [ $ask = no ] && { echo "sudo: a password is required" >&2; exit 1; }
  tries=0
  while :; do
    printf %s "$prompt" >&2
    IFS= read -r given || { echo "sudo: no password was provided" >&2; exit 1; }
    [ "$given" = "$password" ] && break
    tries=$((tries+1))
    [ $tries = 3 ] && { echo "sudo: 3 incorrect password attempts" >&2; exit 1; }
    echo "Sorry, try again." >&2
  done
fi
PB_SUDO_USER=$user exec "$@"
`;
