using System.CommandLine;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck completion</c>: scripts that let a shell ask this program what may come next.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell." }.AcceptOnlyFromAmong("bash", "zsh", "fish", "powershell");

    private const string Bash = """
        _tapedeck() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(tapedeck "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _tapedeck tapedeck

        """;

    private const string Zsh = """
        #compdef tapedeck
        _tapedeck() {
            local completions=("${(@f)$(tapedeck "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a completions || _files
        }
        compdef _tapedeck tapedeck

        """;

    private const string Fish = """
        complete -c tapedeck -a '(set -l line (commandline -cp | string collect); tapedeck "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'

        """;

    // The line comes without the blanks at its end, which say that the next word begins.
    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName tapedeck -ScriptBlock {
            param($word, $command, $position)
            $line = "$command".PadRight($position).Substring(0, $position)
            tapedeck "[suggest:$position]" $line 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    internal static Command Make()
    {
        var command = new Command("completion", "Print a completion script for a shell.") { Shell };
        command.SetAction(arguments =>
        {
            Console.Out.Write(arguments.GetValue(Shell) switch { "zsh" => Zsh, "fish" => Fish, "powershell" => PowerShell, _ => Bash });
            return ExitCodes.Success;
        });
        return command;
    }
}
