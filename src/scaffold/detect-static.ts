/** Recognises pages without a program, and which files they are. */
import type { DetectedCode } from './detected-code.ts';
import type { DirectoryFacts } from './directory-facts.ts';
import { staticHandlers } from './static-handlers.ts';

/** Where build tools put their pages. */
const folders = ['public', 'dist', 'build', 'site', '_site', 'www'];

export function detectStatic({ names, namesIn }: DirectoryFacts): DetectedCode | undefined {
  if (names.includes('index.html')) {
    return { runtime: 'static', because: 'index.html', handlers: filesBeside, notes: [] };
  }
  const folder = folders.find((name) => namesIn(name).includes('index.html'));
  if (folder === undefined) return undefined;
  return { runtime: 'static', because: `${folder}/index.html`, handlers: staticHandlers('/', folder), notes: [] };
}

/** By their endings, so that the yaml files are not served too. */
const endings =
  'avif|css|gif|html|ico|jpeg|jpg|js|json|map|mjs|mp3|mp4|pdf|png|svg|txt|wasm|webm|webmanifest|webp|woff|woff2|xml';

const filesBeside: readonly string[] = [
  '- url: /',
  '  static_files: index.html',
  '  upload: index\\.html',
  `- url: /(.*\\.(${endings}))`,
  '  static_files: \\1',
  `  upload: .*\\.(${endings})`,
];
