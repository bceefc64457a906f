/** Flags that ansible-playbook has under several names. */
const ALIASES: { readonly [flag: string]: string } = {
  '--inventory-file': '--inventory',
  '--become-pass-file': '--become-password-file',
  '--conn-pass-file': '--connection-password-file',
  '--key-file': '--private-key',
  '--vault-pass-file': '--vault-password-file',
  '--ask-vault-password': '--ask-vault-pass',
};

/** The same arguments with each flag under its first name; `--flag=value` too. */
export const plainFlags = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--');
  return argv.map((word, at) => {
    if (end !== -1 && at > end) return word;
    const [flag = '', ...value] = word.split('=');
    const plain = ALIASES[flag];
    return plain ? [plain, ...value].join('=') : word;
  });
};
