/** The string formats that the API server checks; others may be anything. */
import { isIP, isIPv4, isIPv6 } from 'node:net';

const patterns: { readonly [format: string]: RegExp } = {
  email: /^[^\s@<>]+@[^\s@<>]+$/,
  'date-time': /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  hostname: /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
  duration: /^([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w))+$|^0$/,
  mac: /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i,
};

const tests: { readonly [format: string]: (value: string) => boolean } = {
  ip: (value) => isIP(value) !== 0,
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: (value) => {
    const [address = '', bits = ''] = value.split('/');
    return /^\d+$/.test(bits) && (isIPv4(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128);
  },
  uri: (value) => URL.canParse(value),
};

export const checkFormat = (format: string, value: string): boolean => tests[format]?.(value) ?? patterns[format]?.test(value) ?? true;
