export { type ClusterOptions, type Clusters, createClusters } from './clusters.ts';
