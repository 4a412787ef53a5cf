/** Commands of the original that are not here, and what does their work now. */

const bulk = "Read and write the application's data with a script of its own, called through its address.";
const debugging = 'See what runs with: appcfg instances list, and what it prints with: appcfg logs --follow';

/** By the name with hyphens. */
export const goneCommands: Readonly<Record<string, string>> = {
  backends: 'Make each backend a module with manual or basic scaling, and deploy it with: appcfg update FILE',
  'create-bulkloader-config': bulk,
  'download-data': bulk,
  'upload-data': bulk,
  debug: debugging,
  lock: 'A version that was looked into needs no lock: its next deploy replaces it whole.',
  'prepare-vm-runtime': 'Nothing has to be prepared; deploy with: appcfg update FILE',
};
