/** All tests by name. */
import { table } from '../eval/plugin.ts';
import { compareTests } from './compare.ts';
import { fileTests } from './file.ts';
import { kindTests } from './kind.ts';
import { netTests } from './net.ts';
import { resultTests } from './result.ts';
import { textTests } from './text.ts';
import { versionTests } from './version.ts';

export const tests = table(kindTests, compareTests, resultTests, textTests, versionTests, fileTests, netTests);
