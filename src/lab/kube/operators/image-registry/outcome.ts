/** What came of a storage sync. */
import type { Claim, RegistryStorage } from '../kinds.ts';
import type { NewCondition } from '../toolkit/conditions.ts';

export interface ApplyError {
  readonly message: string;
  /** Set for errors that trying again cannot mend: the condition's reason. */
  readonly permanent?: string;
}

export interface StorageOutcome {
  /** `spec.storage` afterwards: written even when there is an error. */
  readonly storage: RegistryStorage;
  /** StorageExists, where this sync has something to say about it. */
  readonly condition?: NewCondition;
  /** Further conditions of what was made. */
  readonly more?: readonly NewCondition[];
  readonly error?: ApplyError;
  /** The default claim, to be created. */
  readonly create?: Claim;
}

export const failed = (message: string): ApplyError => ({ message: `unable to sync storage configuration: ${message}` });

export const exists = (status: 'True' | 'False', reason: string, message: string): NewCondition => ({
  ...{ type: 'StorageExists', status, reason, message },
});
