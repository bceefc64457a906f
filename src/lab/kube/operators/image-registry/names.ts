/** Names and texts of the image registry operator that more than one of its files needs. */
export const namespace = 'openshift-image-registry';
export const registryName = 'image-registry';
export const operatorName = 'image-registry';
export const nodeCaName = 'node-ca';
export const finalizer = 'imageregistry.operator.openshift.io/finalizer';
export const defaultClaim = 'image-registry-storage';
/** On a claim that the operator made itself. */
export const ownClaim = 'imageregistry.openshift.io';
export const internalHostname = 'image-registry.openshift-image-registry.svc:5000';
