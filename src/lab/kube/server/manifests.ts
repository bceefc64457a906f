import { parseAllDocuments } from 'yaml';
import { isDict, type Obj } from './json.ts';

/** The objects of a YAML text with any number of documents; throws for what is no object. */
export function parseManifests(text: string): Obj[] {
  return parseAllDocuments(text)
    .map((document): unknown => ('toJS' in document ? document.toJS() : document))
    .filter((one) => one !== null && one !== undefined)
    .map((one) => {
      if (!isDict(one) || !isDict(one['metadata']) || typeof one['kind'] !== 'string')
        throw new Error(`no Kubernetes object: ${JSON.stringify(one).slice(0, 80)}`);
      return one as Obj;
    });
}
