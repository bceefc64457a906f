/** How long each thing takes at speed ×1, in ms: typical figures of real clusters, not the fastest nor the slowest. */
export const delays = {
  /** A controller's own reaction. */
  react: 1_000,

  // pods
  imagePull: 5_000,
  containerStart: 3_000,
  stop: 2_000,
  mountVolume: 5_000,
  mountRetry: 2_000,
  mountRetryMost: 120_000,
  schedule: 1_000,
  bindVolume: 1_000,
  claimEvent: 15_000,
  jobRun: 8_000,

  // OLM
  catalogPull: 20_000,
  catalogConnect: 10_000,
  catalogRetry: 15_000,
  packageManifests: 10_000,
  resolve: 3_000,
  unpackDeadline: 600_000,
  unpackRetry: 300_000,
  installPlan: 5_000,
  installPlanRetry: 60_000,
  csvRequirements: 2_000,
  csvInstallTimeout: 300_000,
  catalogOomPeriod: 300_000,

  // local storage
  storageClass: 1_000,
  diskmakerLoop: 60_000,
  diskmakerLoopSoon: 5_000,
  diskmakerFirstLoop: 5_000,
  volumeCleanup: 20_000,

  // image registry
  registryBootstrap: 60_000,
  registryBootstrapSlow: 180_000,
  registrySync: 1_000,
  registryReadiness: 15_000,
  registryPreStop: 25_000,
  registryRemoval: 10_000,
  registryProgressDeadline: 120_000,
  degradedInertia: 60_000,
  concurrentWrite: 2_000,

  // machine configuration
  render: 10_000,
  nodeConfig: 30_000,
  reboot: 360_000,
  drainRetry: 60_000,
  drainPatience: 3_600_000,

  // volumes made on demand
  provision: 5_000,
  provisionRetry: 15_000,

  // buckets
  bucketProvision: 5_000,
  bucketRetry: 10_000,

  // logins
  loginConfig: 20_000,
  loginInertia: 120_000,

  // what follows a new registry hostname
  apiserverMaster: 240_000,
  apiserverDeployment: 150_000,
} as const;

export type Delay = keyof typeof delays;
