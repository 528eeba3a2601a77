import ArgumentParser

/// The script that completes the command line in a shell: the argument parser's, and what that leaves out.
enum CompletionScript {
  /// The script that a command line asks for; `nil` for any other command line, and for a shell that nobody knows.
  static func requested(by words: [String]) -> String? {
    guard words.count == 2, words[0] == "--generate-completion-script" else { return nil }
    return CompletionShell(rawValue: words[1]).map(text)
  }

  private static func text(for shell: CompletionShell) -> String {
    let script = CIFARPipe.completionScript(for: shell)
    return switch shell {
    case .bash: bash(script)
    case .zsh: zsh(script)
    default: fish(script)
    }
  }

  private static var commandNames: String {
    CIFARPipe.configuration.subcommands.compactMap { $0.configuration.commandName }.joined(separator: " ")
  }

  /// Bash takes `=` and `:` for ends of words: `--format=npy` is three of them, `crop:24,flip` too.
  private static func bash(_ script: String) -> String {
    var script = script
    script.replace(
      "    __cifar-pipe_offer_flags_options -1\n}",
      with: """
            __cifar-pipe_offer_flags_options -1
            [[ "${cur}" = -* || "${COMP_CWORD}" -ne 2 ]] || COMPREPLY+=($(compgen -W '\(commandNames)' -- "${cur}"))
        }
        """)
    script.replace("\ncomplete -o filenames -F _cifar-pipe cifar-pipe", with: "\n" + bashWords)
    return script
  }

  private static let bashWords = #"""
    # Puts words together that bash has taken apart at ':' and '=', and takes the value from its option.
    __cifar-pipe_words() {
        local line="${COMP_LINE}" token
        local -a words=()
        local -i index current=0
        for index in "${!COMP_WORDS[@]}"; do
            token="${COMP_WORDS[index]}"
            if [[ "${index}" -gt 0 && "${line}" != [[:space:]]* && "${COMP_WORDS[index - 1]: -1}${token:0:1}" = *[:=]* ]]; then
                words[${#words[@]} - 1]+="${token}"
            else
                words+=("${token}")
            fi
            line="${line#"${line%%[![:space:]]*}"}"
            line="${line#"${token}"}"
            if [[ "${index}" -eq "${COMP_CWORD}" ]]; then
                current=${#words[@]}-1
            fi
        done

        local -a COMP_WORDS=()
        local -i COMP_CWORD=0
        for index in "${!words[@]}"; do
            if [[ "${words[index]}" = --*=* ]]; then
                COMP_WORDS+=("${words[index]%%=*}" "${words[index]#*=}")
            else
                COMP_WORDS+=("${words[index]}")
            fi
            if [[ "${index}" -eq "${current}" ]]; then
                COMP_CWORD=${#COMP_WORDS[@]}-1
            fi
        done

        local COMP_LINE="${COMP_WORDS[*]}"
        local -i COMP_POINT="${#COMP_LINE}"
        local word="${COMP_WORDS[COMP_CWORD]}"
        _cifar-pipe "${1}" "${word}" "${COMP_WORDS[COMP_CWORD - 1]}"

        # Bash replaces only what stands behind the last of them.
        local head="${word%"${word##*[:=]}"}"
        for index in "${!COMPREPLY[@]}"; do
            COMPREPLY[index]="${COMPREPLY[index]#"${head}"}"
            [[ -n "${COMPREPLY[index]}" ]] || unset "COMPREPLY[index]"
        done
        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[*]}" = *: ]]; then
            # As a file name the colon would be escaped.
            compopt -o nospace +o filenames 2>/dev/null
        fi
    }

    complete -o filenames -F __cifar-pipe_words cifar-pipe
    """#

  /// The parser's script takes a value only as a word of its own.
  private static func zsh(_ script: String) -> String {
    var script = script
    // '--name[…]:value:…' and '(--name -n)'{--name,-n}'[…]:value:…' take one; the others are flags.
    script.replace(/(?m)^( +'--[a-z0-9-]+)(\[(?:[^\]\n]|\\\])*\]:)/) { "\($0.1)=\($0.2)" }
    script.replace(/\{(--[a-z0-9-]+),(-[a-z])\}('\[(?:[^\]\n]|\\\])*\]:)/) { "{\($0.1)=,\($0.2)+}\($0.3)" }
    script.replace("'*:subcommands:'", with: "'1:subcommands:(\(commandNames))'")
    return script
  }

  private static func fish(_ script: String) -> String {
    script + "\n"
      + "complete -c 'cifar-pipe' -n '__cifar-pipe_should_offer_completions_for_positional \"cifar-pipe help\" -eq 1'"
      + " -fa '\(commandNames)'"
  }
}
