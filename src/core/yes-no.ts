/** Words for yes and no, as Ansible reads them everywhere ("Boolean variables" of its YAML syntax page). */
const YES = ['yes', 'on', '1', 'true', 't', 'y'];
const NO = ['no', 'off', '0', 'false', 'f', 'n'];

/** In any case of letters; undefined for every other text. */
export function booleanOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

/** Words that mean it. */
export const wordsFor = (value: boolean): readonly string[] => (value ? YES : NO);
