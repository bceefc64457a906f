/** A scenario: what fleet and cluster there are, what goes wrong when, and what should come of it. Keys as they stand in the file. */
import type { Json, JsonObject } from '../../core/value.ts';
import type { Fault as OperatorFault } from '../kube/operators/index.ts';
import type { RegistryChange } from '../registry/server.ts';

export interface Scenario {
  readonly name: string;
  readonly about?: string;
  /** What the scenario is run with where nothing else is said; relative to the scenario's folder. */
  readonly playbook?: string;
  readonly inventory?: string;
  /** No faster than this: what it shows would be over before the run looks. */
  readonly speed?: number;
  /** Extra variables of the run. */
  readonly vars?: JsonObject;
  /** By host pattern: workers, worker03, workers[0]. */
  readonly hosts?: { readonly [pattern: string]: HostChange };
  readonly cluster?: ClusterChange;
  /** Image registries, all of them: what they hold and what goes wrong with them. */
  readonly registry?: RegistryChange;
  readonly faults?: readonly ScenarioFault[];
  readonly expect?: Expectation;
}

/** How a host differs from the one made for its place in the inventory. */
export interface HostChange {
  /** By kernel name: sdb. */
  readonly disks?: { readonly [kname: string]: DiskChange };
  readonly node?: NodeChange;
  readonly sudo?: 'nopasswd' | 'password' | 'none';
}

export interface DiskChange {
  /** "100GiB", "100GB" */
  readonly size?: string;
  readonly serial?: string | null;
  readonly wwn?: string | null;
  readonly model?: string;
  readonly bus?: 'scsi' | 'ata' | 'nvme' | 'virtio' | 'usb';
  readonly rotational?: boolean;
  readonly read_only?: boolean;
  readonly removable?: boolean;
  /** What is found on it: ext4, xfs, LVM2_member. */
  readonly holds?: string | readonly string[];
  /** Label of the first of them. */
  readonly label?: string;
  /** How many partitions it has. */
  readonly partitions?: number;
  /** Where its filesystem is mounted. */
  readonly mounted?: string;
  readonly held_by?: 'lvm' | 'multipath' | 'crypt';
  /** It holds the operating system. */
  readonly system?: boolean;
  readonly absent?: boolean;
}

export interface NodeChange {
  readonly name?: string;
  /** Value of the label kubernetes.io/hostname. */
  readonly hostname?: string;
  readonly labels?: { readonly [name: string]: string };
  /** No node of the cluster. */
  readonly absent?: boolean;
}

export interface ClusterChange {
  readonly version?: string;
  readonly platform?: 'None' | 'BareMetal';
  readonly domain?: string;
  readonly local_storage?: 'installed';
  /** OpenShift Data Foundation: storage classes of Ceph and NooBaa, and what makes buckets. */
  readonly data_foundation?: 'installed';
  /** A Subscription with manual approval in the local storage operator's namespace. */
  readonly manual_approval?: boolean;
  readonly pools_paused?: boolean;
  /** A disconnected cluster: the only image registries its catalogs can be pulled from. */
  readonly reaches?: readonly string[];
  /** Objects that are there from the beginning. */
  readonly objects?: readonly JsonObject[];
  /** Files of such objects, relative to the scenario's folder. */
  readonly manifests?: readonly string[];
  /** Changes to objects that the cluster makes by itself: applied as soon as each exists, before anything is run. */
  readonly patches?: readonly ObjectPatch[];
}

export interface ObjectPatch {
  readonly api_version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** Merge patch. */
  readonly patch: Json;
}

export interface When {
  /** `start` (the default), or `task "NAME"`: when that task begins. */
  readonly at?: string;
  /** "30s", "5m" of the run's time after that. */
  readonly after?: string;
  /** Ends again after that. */
  readonly for?: string;
}

/** On hosts a pattern names. */
export type HostFault =
  /** Nobody can connect, and connections there are end. */
  | { readonly fault: 'unreachable'; readonly hosts: string }
  /** Connections stay open and no byte arrives. */
  | { readonly fault: 'link_cut'; readonly hosts: string }
  /** Connections are accepted and never answered. */
  | { readonly fault: 'silent'; readonly hosts: string }
  | { readonly fault: 'login_refused'; readonly hosts: string }
  | { readonly fault: 'slow_disk'; readonly hosts: string; readonly disk: string; readonly ms: number }
  | { readonly fault: 'slow_tool'; readonly hosts: string; readonly tool: string; readonly ms: number }
  /** The tool says this instead of the truth. */
  | {
      readonly fault: 'lying_tool';
      readonly hosts: string;
      readonly tool: string;
      /** Only where an argument is this one. */
      readonly argument?: string;
      readonly code?: number;
      readonly stdout?: string;
      readonly stderr?: string;
    };

/** Of the API server; its own operators are spared. */
export type ApiFault =
  | {
      readonly fault: 'api_error';
      readonly status: number;
      readonly verb?: string;
      readonly resource?: string;
      /** How many requests; without it, all while the fault lasts. */
      readonly times?: number;
      readonly retry_after?: number;
      readonly message?: string;
    }
  | { readonly fault: 'api_slow'; readonly ms: number; readonly verb?: string; readonly resource?: string }
  /** Nobody can connect, operators neither. */
  | { readonly fault: 'api_outage' };

export type AnyFault = HostFault | ApiFault | OperatorFault;
export type ScenarioFault = AnyFault & When;

export interface Expectation {
  /** Exit code of the run. */
  readonly exit: 0 | 1 | 2 | 4;
  /** The task that fails. */
  readonly task?: string;
  /** Hosts it fails on, as a pattern. */
  readonly hosts?: string;
  /** Regular expression that the failure's message with its hint matches. */
  readonly message?: string;
  /** A second run, after the faults have ended, does the job. */
  readonly recovers?: boolean;
  /** Nothing may have been changed when it fails. */
  readonly untouched?: boolean;
}
