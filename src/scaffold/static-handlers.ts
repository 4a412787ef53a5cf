/** Handlers that serve a folder of pages below a path. */

/** @param path `/`, or `/mobile/` */
export function staticHandlers(path: string, folder: string): readonly string[] {
  return [
    `- url: ${path}`,
    `  static_files: ${folder}/index.html`,
    `  upload: ${folder}/index\\.html`,
    `- url: ${path === '/' ? '/' : path.slice(0, -1)}`,
    `  static_dir: ${folder}`,
  ];
}
