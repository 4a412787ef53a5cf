/** The runtimes that there are starters for, and what their yaml files say. */

export const starterRuntimes = ['python3', 'python27', 'nodejs', 'java', 'go', 'php', 'static'] as const;

export type StarterRuntime = (typeof starterRuntimes)[number];

export interface StarterFacts {
  /** For people. */
  readonly label: string;
  readonly explanation: string;
  /** The `runtime:` of the yaml file. */
  readonly runtime: string;
  /** Has a program, and so instances, scaling, and something that cron and queues can call. */
  readonly hasCode: boolean;
  /** Of the template; the runtime finds the program by itself where there is none. */
  readonly entrypoint?: readonly string[];
}

/** @param nodeVersion of the Node that runs this, `v20.19.0`: it runs the applications too */
export function starterFacts(runtime: StarterRuntime, nodeVersion: string): StarterFacts {
  return runtime === 'nodejs' ? { ...facts.nodejs, runtime: nodeRuntime(nodeVersion) } : facts[runtime];
}

const facts: Readonly<Record<StarterRuntime, StarterFacts>> = {
  python3: {
    label: 'Python 3',
    explanation: 'Any WSGI application: Flask, Django, or none of them. main.py has the object app.',
    runtime: 'python3',
    hasCode: true,
  },
  python27: {
    label: 'Python 2.7',
    explanation: 'For applications of the first generation, with the bundled APIs.',
    runtime: 'python27',
    hasCode: true,
  },
  nodejs: {
    label: 'Node.js',
    explanation: "Any server that listens on $PORT. npm's start script begins it.",
    runtime: 'nodejs',
    hasCode: true,
  },
  java: {
    label: 'Java',
    explanation: 'A jar, or one source file for a beginning.',
    runtime: 'java17',
    hasCode: true,
    entrypoint: [
      '# Java compiles a program of one file when it starts it. A larger one is built to a jar: put it beside this file,',
      '# alone, and delete this line.',
      'entrypoint: java -Xmx128m Main.java',
    ],
  },
  go: {
    label: 'Go',
    explanation: 'A main package that listens on $PORT. The platform builds it.',
    runtime: 'go122',
    hasCode: true,
  },
  php: { label: 'PHP', explanation: 'index.php answers every request.', runtime: 'php83', hasCode: true },
  static: {
    label: 'Static files',
    explanation: 'Pages, scripts and pictures without a program.',
    runtime: 'static',
    hasCode: false,
  },
};

/** App Engine has even majors only; an odd one goes by the name that fits any. */
function nodeRuntime(nodeVersion: string): string {
  const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1]);
  return major >= 20 && major % 2 === 0 ? `nodejs${major}` : 'nodejs';
}
