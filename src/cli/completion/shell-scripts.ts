/** What a shell has to know to ask appcfg itself how a line may go on. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A line of `complete` that stands for the names of files. */
export const FILES_LINE = ':files';

/** @param program what starts appcfg, word by word */
export function completionScript(shell: Shell, program: readonly string[]): string {
  const start = program.map(quoted).join(' ');
  switch (shell) {
    case 'bash':
      return bash(start);
    case 'zsh':
      return zsh(start);
    case 'fish':
      return fish(start);
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function bash(start: string): string {
  return `# bash completion of appcfg; in ~/.bashrc: eval "$(appcfg completion bash)"
_appcfg() {
  local line
  COMPREPLY=()
  while IFS=$'\\t' read -r line _; do
    if [[ $line == ${FILES_LINE} ]]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("$line")
    fi
  done < <(${start} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _appcfg appcfg
`;
}

function zsh(start: string): string {
  return `#compdef appcfg
# zsh completion of appcfg; in ~/.zshrc, after compinit: eval "$(appcfg completion zsh)"
_appcfg() {
  local line word
  local -a candidates
  local -i files=0
  while IFS= read -r line; do
    if [[ $line == ${FILES_LINE} ]]; then
      files=1
    else
      word=\${line%%$'\\t'*}
      candidates+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <(${start} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && _describe appcfg candidates
  (( files )) && _files
}
compdef _appcfg appcfg
`;
}

function fish(start: string): string {
  return `# fish completion of appcfg; in ~/.config/fish/config.fish: appcfg completion fish | source
function __appcfg_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in (${start} complete -- $before[2..-1] "$current" 2>/dev/null)
        if test "$line" = ${FILES_LINE}
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c appcfg -f -a '(__appcfg_complete)'
`;
}
