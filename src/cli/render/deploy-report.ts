/** The report of a deploy -> what is live and where, or what would change. */
import type { DeployReport } from '../../deploy/deploy-report.ts';
import { bytes, count, duration } from './quantity.ts';
import type { Style } from './style.ts';

export function renderDeployReport(report: DeployReport, style: Style): string {
  switch (report.outcome) {
    case 'planned':
      return renderPlan(report, style);
    case 'unchanged':
      return `Application ${style.bold(report.application)} is up to date${releaseText(report)}: ${style.cyan(report.url)}`;
    case 'live': {
      const { files, bytes: size } = report.uploaded;
      const sent = files === 0 ? 'nothing had to be sent' : `${count(files, 'file')} sent, ${bytes(size)}`;
      const facts = style.dim(`(${count(report.modules.length, 'module')}, ${sent}, ${duration(report.durationMs)})`);
      return `Application ${style.bold(report.application)} is live${releaseText(report)}: ${style.cyan(report.url)} ${facts}`;
    }
  }
}

function renderPlan(report: DeployReport, style: Style): string {
  const steps = report.plan.map((line) => `\n  ${line}`).join('');
  const { planFile } = report;
  const saved = planFile === undefined ? '' : `\nSaved. Carry it out with: appcfg apply ${planFile}`;
  return `${style.bold(`Plan for application ${report.application}`)} (nothing was changed):${steps}${saved}`;
}

function releaseText({ release }: DeployReport): string {
  return release === undefined ? '' : `, release ${release}`;
}
