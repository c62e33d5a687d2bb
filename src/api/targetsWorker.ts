import { parentPort } from 'node:worker_threads';
import { piecesOf } from '../model/packedTargets';
import { FactoryError } from './errors';
import { TargetsParser } from './targetsParser';
import type { FromWorker, ToWorker } from './targetsThread';

/** The thread that parses a large list of targets: takes its bytes, and gives back the targets, packed. */
const port = parentPort;
if (port !== null) {
  const parser = new TargetsParser();
  const tell = (message: FromWorker, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);
  port.on('message', (message: ToWorker) => {
    try {
      if (message !== 'end') {
        parser.push(message);
        tell({ taken: message.byteLength });
      } else {
        const packed = parser.end();
        tell({ packed }, piecesOf(packed));
      }
    } catch (error) {
      tell({
        failed: error instanceof FactoryError ? (error.info.serverMessage ?? error.kind) : String(error),
      });
    }
  });
  tell({ taken: 0 });
}
