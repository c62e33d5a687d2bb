import { isHeading, isTrouble, LogBuffer, stepsOf, styledLine } from '../../../src/model/logText';
import { LARGE, repeated, type HostileCase } from './hostile';

const inPieces = (size: number) => (text: string) => {
  const buffer = new LogBuffer({ headBytes: 50_000, tailBytes: 2_000_000 });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    buffer.write(bytes.subarray(at, at + size));
  }
  return buffer.kept();
};
const steps = (text: string) => stepsOf(text.split('\n'));
const marks = (line: string) => [isTrouble(line), isHeading(line)];

/** Logs of builds and services. */
export const LOGS: readonly HostileCase[] = [
  repeated('a log, byte by byte', inPieces(1), 'a', { large: 4 * LARGE }),
  repeated('a log, byte by byte', inPieces(1), '\n', { large: 4 * LARGE }),
  repeated('a log, byte by byte', inPieces(1), '€', { large: 4 * LARGE }),
  repeated('a log', inPieces(16_384), '\n', { large: 16 * LARGE }),
  repeated('a line of a log', styledLine, '\r', { before: 'a', after: 'b' }),
  repeated('a line of a log', styledLine, '\r', { before: 'a\r', after: 'b\r' }),
  repeated('a line of a log', styledLine, '\u001b[1'),
  repeated('a line of a log', styledLine, '1;', { before: '\u001b[' }),
  repeated('a line of a log', styledLine, '1 ', { before: '\u001b[' }),
  repeated('a line of a log', styledLine, '\u001b[31ma'),
  repeated('a line of a log', styledLine, '\u001b]'),
  repeated('a line of a log', styledLine, 'a', { before: '\u001b]' }),
  repeated('steps of a log', steps, '=== a\n'),
  repeated('steps of a log', steps, '=', { after: 'x' }),
  repeated('steps of a log', steps, ' ', { before: '==', after: '\r' }),
  repeated('steps of a log', steps, '1', { before: 'Step ', after: 'x' }),
  repeated('steps of a log', steps, '[', { before: '#1 ' }),
  repeated('whether a line tells of an error', marks, '[FAILURE', { before: 'Y', after: '*' }),
  repeated('whether a line tells of an error', marks, ' failed[1'),
  repeated('whether a line tells of an error', marks, '1', { before: ' failed[' }),
  repeated('whether a line tells of an error', marks, ' ', { before: 'failed', after: '!' }),
  repeated('whether a line tells of an error', marks, 'error no '),
  repeated('whether a line tells of an error', marks, '1', { before: 'make[' }),
];
