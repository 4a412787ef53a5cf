/** Opens an address in the person's browser. */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** undefined where there is no browser to be seen: over ssh, in a container, in continuous integration. */
export function browserCommand(environment: Environment, platform: NodeJS.Platform): readonly string[] | undefined {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  const hasScreen = Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
  return hasScreen ? ['xdg-open'] : undefined;
}

/** Resolves to false when the browser could not be started. */
export function openInBrowser(command: readonly string[], url: string): Promise<boolean> {
  const [program = '', ...options] = command;
  return new Promise((resolve) => {
    const child = spawn(program, [...options, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
