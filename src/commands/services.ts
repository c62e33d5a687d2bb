import type { Approval } from '../configfs/approval';
import type { ConfigDocuments } from '../configfs/documents';
import type { FileEdits } from '../configfs/fileEdits';
import type { ChangeHost } from '../configfs/changeFile';
import type { Connection, Connections, FactoryData } from '../store/connections';
import type { Questions } from '../ui/questions';

/** The signed-in Factory that a command is about. */
export interface CommandContext {
  readonly connection: Connection;
  readonly factory: FactoryData;
}

/** What families of commands are built from. */
export interface Services {
  readonly connections: Connections;
  readonly documents: ConfigDocuments;
  /** Resolves when it is known who is signed in. */
  ready(): Promise<void>;
  readonly edits: FileEdits;
  readonly questions: Questions;
  readonly approval: Approval;
  /** What every change of a configuration goes through (`changeFile`). */
  readonly changes: ChangeHost;
  /** Runs something that needs a Factory; signs in first where nobody is. Does nothing where the user gives up. */
  withFactory<T>(run: (context: CommandContext) => T | Promise<T>): Promise<T | undefined>;
}
