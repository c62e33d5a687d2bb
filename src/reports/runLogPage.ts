import * as vscode from 'vscode';
import type { RunAddress } from '../api/builds';
import type { FactoryClient } from '../api/client';
import { FactoryError } from '../api/errors';
import { isCancelable, isFinalStatus, type BuildStatus } from '../model/build';
import { bytesText } from '../model/bytes';
import { LogBuffer, styledLine, type StyledLine } from '../model/logText';
import { followLog, type FollowLogOptions } from '../store/runLog';
import { buildStatusText } from '../ui/buildWords';
import { explain } from '../ui/errorText';

/** What an editor shows of a log at most: its beginning and its end. */
const LIMITS = { headBytes: 500_000, tailBytes: 2_000_000 };
/** Milliseconds between two changes of the page while much comes in. */
const SHOWN_EVERY_MS = 700;

/** What a page shows: lines without escapes, and how they look. */
export interface ShownLog {
  readonly text: string;
  readonly lines: readonly StyledLine[];
}

/** A log as a page that grows while it is watched. */
export class RunLogPage implements vscode.Disposable {
  private buffer = new LogBuffer(LIMITS);
  private readonly stop = new AbortController();
  private readonly changed: () => void;
  private timer: NodeJS.Timeout | undefined;
  private status: BuildStatus | undefined = 'UNKNOWN';
  private trouble: unknown;
  private shown: ShownLog | undefined;
  /** Nothing more will come by itself. */
  over = false;
  /** Resolves when the first look has brought what there was. */
  readonly first: Promise<void>;

  /** @param changed told when the page has another text */
  constructor(
    client: FactoryClient,
    run: RunAddress,
    watched: Pick<FollowLogOptions, 'isWatched' | 'onDidChangeWatched'>,
    changed: () => void,
  ) {
    this.changed = changed;
    this.first = new Promise((resolve) => {
      const looked = () => {
        resolve();
        this.tell();
      };
      followLog(client, run, {
        ...watched,
        signal: this.stop.signal,
        write: (chunk) => {
          this.buffer.write(chunk);
          this.tellSoon();
        },
        onRestart: () => {
          this.buffer = new LogBuffer(LIMITS);
          this.tell();
        },
        onStatus: (status) => {
          this.status = status;
          looked();
        },
        onTrouble: (error) => {
          this.trouble = error;
          if (error !== undefined) {
            looked();
          }
        },
      })
        .catch((error: unknown) => {
          this.trouble = error;
        })
        .finally(() => {
          this.over = true;
          looked();
        });
    });
  }

  /** The page as it is now. */
  get content(): ShownLog {
    this.shown ??= this.render();
    return this.shown;
  }

  /** Whether its run is known to go on. */
  get isRunning(): boolean {
    return !this.over && this.status !== undefined && this.status !== 'UNKNOWN' && !isFinalStatus(this.status);
  }

  /** Whether its run is known to be one that can be canceled. */
  get isCancelable(): boolean {
    return !this.over && this.status !== undefined && isCancelable(this.status);
  }

  dispose(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), SHOWN_EVERY_MS);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const before = this.shown?.text;
    this.shown = this.render();
    if (!this.stop.signal.aborted && before !== this.shown.text) {
      this.changed();
    }
  }

  private render(): ShownLog {
    const { head, tail, droppedLines, droppedSize } = this.buffer.kept();
    const note: StyledLine[] =
      droppedLines === 0
        ? []
        : [
            plain(
              droppedLines === 1
                ? vscode.l10n.t(
                    '[1 line ({0}) is not shown here. “Download Whole Log of CI Run” keeps all of them.]',
                    bytesText(droppedSize),
                  )
                : vscode.l10n.t(
                    '[{0} lines ({1}) are not shown here. “Download Whole Log of CI Run” keeps all of them.]',
                    new Intl.NumberFormat(vscode.env.language).format(droppedLines),
                    bytesText(droppedSize),
                  ),
            ),
          ];
    const end = this.ending();
    const lines = [...styled(head), ...note, ...styled(tail), ...(end === '' ? [] : [plain(end)])];
    return { lines, text: lines.map(({ text }) => text).join('\n') };
  }

  /** The last line: what the page waits for, or why nothing more comes. */
  private ending(): string {
    const { trouble } = this;
    if (trouble instanceof FactoryError && trouble.kind === 'notFound' && this.buffer.bytes === 0) {
      if (trouble.info.runStatus !== undefined) {
        return vscode.l10n.t(
          '[This run has no log. It was canceled before a worker took it, or the log was lost or deleted since.]',
        );
      }
      return vscode.l10n.t(
        '[This run has no log: it was canceled before a worker took it, the log is no longer there, or the token may not read it (scope ci:read).]',
      );
    }
    if (trouble !== undefined) {
      const { message } = explain(trouble);
      return this.over
        ? vscode.l10n.t('[The log could not be read. {0}]', message)
        : vscode.l10n.t('[{0} Trying again.]', message);
    }
    switch (this.status) {
      case undefined:
      case 'PASSED':
      case 'FAILED':
      case 'PROMOTED':
      case 'SKIPPED':
        return this.buffer.bytes === 0 ? vscode.l10n.t('[The log is empty.]') : '';
      case 'QUEUED':
        return vscode.l10n.t('[Waiting for a worker. The log appears here when the run begins.]');
      case 'UNKNOWN':
        return vscode.l10n.t('[Reading the log…]');
      default:
        return vscode.l10n.t(
          '[The run is {0}. This page follows it while it is looked at.]',
          buildStatusText(this.status),
        );
    }
  }
}

const plain = (text: string): StyledLine => ({ text, spans: [] });

function styled(raw: readonly string[]): StyledLine[] {
  let style: ReturnType<typeof styledLine>['style'] | undefined;
  return raw.map((line) => {
    const result = styledLine(line, style);
    style = result.style;
    return result;
  });
}
