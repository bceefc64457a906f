/** Every module, by name, sorted. A test holds this list against the files beside it. */
import type { AnyModule } from '../core/module.ts';
import { addHost } from './add_host.ts';
import { assemble } from './assemble.ts';
import { assert } from './assert.ts';
import { asyncStatus } from './async_status.ts';
import { authorizedKey } from './authorized_key.ts';
import { blockinfile } from './blockinfile.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { cron } from './cron.ts';
import { debug } from './debug.ts';
import { diskProbe } from './disk_probe.ts';
import { fail } from './fail.ts';
import { fetch } from './fetch.ts';
import { file } from './file.ts';
import { find } from './find.ts';
import { getUrl } from './get_url.ts';
import { getent } from './getent.ts';
import { group } from './group.ts';
import { groupBy } from './group_by.ts';
import { hostname } from './hostname.ts';
import { htpasswd } from './htpasswd.ts';
import { imageMirror } from './image_mirror.ts';
import { imagePushPull } from './image_push_pull.ts';
import { includeVars } from './include_vars.ts';
import { k8sApply } from './k8s_apply.ts';
import { k8sCanI } from './k8s_can_i.ts';
import { k8sCp } from './k8s_cp.ts';
import { k8sDelete } from './k8s_delete.ts';
import { k8sDrain } from './k8s_drain.ts';
import { k8sExec } from './k8s_exec.ts';
import { k8sInfo } from './k8s_info.ts';
import { k8sLog } from './k8s_log.ts';
import { k8sPatch } from './k8s_patch.ts';
import { k8sRollback } from './k8s_rollback.ts';
import { k8sRollout } from './k8s_rollout.ts';
import { k8sScale } from './k8s_scale.ts';
import { k8sTaint } from './k8s_taint.ts';
import { knownHosts } from './known_hosts.ts';
import { lineinfile } from './lineinfile.ts';
import { mkfs } from './mkfs.ts';
import { mount } from './mount.ts';
import { packageModule } from './package.ts';
import { packageFacts } from './package_facts.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { raw } from './raw.ts';
import { reboot } from './reboot.ts';
import { replace } from './replace.ts';
import { s3Bucket } from './s3_bucket.ts';
import { s3Policy } from './s3_policy.ts';
import { s3Probe } from './s3_probe.ts';
import { s3User } from './s3_user.ts';
import { script } from './script.ts';
import { service } from './service.ts';
import { serviceFacts } from './service_facts.ts';
import { setFact } from './set_fact.ts';
import { setStats } from './set_stats.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { sysctl } from './sysctl.ts';
import { systemd } from './systemd.ts';
import { tempfile } from './tempfile.ts';
import { template } from './template.ts';
import { tlsCheck } from './tls_check.ts';
import { unarchive } from './unarchive.ts';
import { uri } from './uri.ts';
import { user } from './user.ts';
import { validateArgumentSpec } from './validate_argument_spec.ts';
import { waitFor } from './wait_for.ts';
import { waitForConnection } from './wait_for_connection.ts';
import { wwnCollect } from './wwn_collect.ts';

export const modules: readonly AnyModule[] = [
  addHost,
  assemble,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  command,
  copy,
  cron,
  debug,
  diskProbe,
  fail,
  fetch,
  file,
  find,
  getUrl,
  getent,
  group,
  groupBy,
  hostname,
  htpasswd,
  imageMirror,
  imagePushPull,
  includeVars,
  k8sApply,
  k8sCanI,
  k8sCp,
  k8sDelete,
  k8sDrain,
  k8sExec,
  k8sInfo,
  k8sLog,
  k8sPatch,
  k8sRollback,
  k8sRollout,
  k8sScale,
  k8sTaint,
  knownHosts,
  lineinfile,
  mkfs,
  mount,
  packageModule,
  packageFacts,
  pause,
  ping,
  raw,
  reboot,
  replace,
  s3Bucket,
  s3Policy,
  s3Probe,
  s3User,
  script,
  service,
  serviceFacts,
  setFact,
  setStats,
  setup,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  tempfile,
  template,
  tlsCheck,
  unarchive,
  uri,
  user,
  validateArgumentSpec,
  waitFor,
  waitForConnection,
  wwnCollect,
];

const byName = new Map(modules.flatMap((module) => [module.name, ...(module.aliases ?? [])].map((name) => [name, module] as const)));

/** The module of this name, or of this fully qualified one. */
export const findModule = (name: string): AnyModule | undefined => byName.get(name);
