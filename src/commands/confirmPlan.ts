import * as vscode from 'vscode';
import { showInformation } from '../ui/messages';
import { plainText } from '../ui/plainText';
import type { Questions } from '../ui/questions';
import { block, reportPage, type Section } from '../ui/reportText';
import { showTextPage } from './textPage';

/** A change that was worked out and waits for a word of the user. */
export interface Plan {
  readonly message: string;
  readonly detail: string;
  /** The button that sends it. */
  readonly go: string;
  /** What Enter chooses, and sends nothing. */
  readonly keep: string;
  /** The whole of it, for who wants to read it first. */
  readonly page: { readonly title: string; readonly intro: readonly string[]; readonly sections: readonly Section[] };
  readonly request: PlannedRequest;
}

/** What would be sent, and is shown as it is. */
export interface PlannedRequest {
  readonly method: 'PATCH' | 'DELETE' | 'POST';
  readonly path: string;
  readonly body: unknown;
}

/**
 * Asks whether a planned change is to be sent. *Show Everything* opens it as a page, names and request included, and asks
 * again beside it.
 *
 * @returns whether it is to be sent
 */
export async function confirmPlan(questions: Questions, plan: Plan): Promise<boolean> {
  const show = vscode.l10n.t('Show Everything');
  const chosen = await questions.ask({
    message: plainText(plan.message),
    detail: plan.detail,
    buttons: [plan.go, show],
    keep: plan.keep,
    close: vscode.l10n.t('Close'),
  });
  if (chosen !== show) {
    return chosen === plan.go;
  }
  await showTextPage(plan.page.title, planText(plan));
  const asked = plainText(vscode.l10n.t('Nothing was sent yet. {0}', plan.message));
  return (await showInformation(asked, plan.go)) === plan.go;
}

/** @returns a plan as the text of a page */
export function planText({ page, request }: Plan): string {
  const sent: Section = {
    heading: vscode.l10n.t('What is sent'),
    lines: [...block(`${request.method} ${request.path}`), ...block(JSON.stringify(request.body))],
  };
  return reportPage(page.title, page.intro, [...page.sections, sent]);
}
