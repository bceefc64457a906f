/** Which object store a task means, and as whom: arguments that every module of stores has, named as in amazon.aws. */
import { flag, oneOf, optional, Type, text } from '../define.ts';

/** The engine makes the connection by these; modules only declare them. */
export const storeArgs = {
  endpoint_url: optional(
    text('Address of the store: https://s3.example.com:9000; else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or AWS itself'),
  ),
  access_key: optional(text('Access key; else AWS_ACCESS_KEY_ID')),
  secret_key: optional(text('Secret key; else AWS_SECRET_ACCESS_KEY')),
  region: optional(text('Region; else AWS_REGION, AWS_DEFAULT_REGION, or us-east-1, which most stores of one’s own take')),
  ca_bundle: optional(
    text('The only authorities to trust: PEM text, or the path of a file on the controller; else AWS_CA_BUNDLE, or those of the system'),
  ),
  validate_certs: flag('Whether the store’s certificate is verified', true),
  // Without a default: AWS itself wants it, a store of one's own does not.
  virtual_hosted: optional(Type.Boolean({ description: 'Put the bucket before the host’s name instead of into the path' })),
};

/** Who keeps users and policies. */
export const apiArg = oneOf(
  ['minio', 'iam'],
  'Which API the store has for users and policies: MinIO’s own, or IAM (AWS, Ceph with accounts)',
  {
    default: 'minio',
  },
);

export const storeArgAliases = {
  aws_access_key: 'access_key',
  aws_access_key_id: 'access_key',
  aws_secret_key: 'secret_key',
  aws_secret_access_key: 'secret_key',
  aws_ca_bundle: 'ca_bundle',
  aws_region: 'region',
  s3_url: 'endpoint_url',
  aws_endpoint_url: 'endpoint_url',
};
