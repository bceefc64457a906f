/** Findings as SARIF 2.1.0, for code hosts and editors. */
import { relative, sep } from 'node:path';
import type { Finding } from './finding.ts';

/** `lineOf` gives the text of a line, for columns of fixes. */
export function sarif(findings: readonly Finding[], about: { readonly version: string; readonly cwd: string }): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pb',
            version: about.version,
            rules: codes.map((id) => ({ id })),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: `file://${encodeURI(about.cwd)}/` } },
        results: findings.map((finding) => result(finding, codes, about.cwd)),
      },
    ],
  };
}

function result({ code, severity, summary, hint, at }: Finding, codes: readonly string[], cwd: string): object {
  const region = at && {
    startLine: at.line,
    startColumn: at.column,
    ...(at.length === undefined ? {} : { endColumn: at.column + at.length }),
  };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? summary : `${summary} (${hint})` },
    ...(at ? { locations: [{ physicalLocation: { artifactLocation: artifact(at.file, cwd), region } }] } : {}),
  };
}

/** Paths below the working directory are relative to it, with slashes. */
function artifact(file: string, cwd: string): object {
  const path = (file.startsWith(cwd) ? relative(cwd, file) : file).split(sep).join('/');
  return { uri: encodeURI(path), ...(path.startsWith('/') ? {} : { uriBaseId: 'SRCROOT' }) };
}
