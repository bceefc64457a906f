import { parseAllDocuments } from 'yaml';
import { isDict, type Obj } from './json.ts';

/** The objects of a YAML text with any number of documents, or of one JSON text, which is read much faster; throws for what is no object. */
export function parseManifests(text: string): Obj[] {
  return documentsOf(text)
    .filter((one) => one !== null && one !== undefined)
    .map((one) => {
      if (!isDict(one) || !isDict(one['metadata']) || typeof one['kind'] !== 'string') {
        throw new Error(`no Kubernetes object: ${JSON.stringify(one).slice(0, 80)}`);
      }
      return one as Obj;
    });
}

function documentsOf(text: string): unknown[] {
  if (/^\s*[{[]/.test(text)) return [JSON.parse(text)].flat();
  return parseAllDocuments(text).map((document): unknown => ('toJS' in document ? document.toJS() : document));
}
