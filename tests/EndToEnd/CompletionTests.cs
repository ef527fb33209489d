using System.Diagnostics;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>The completion scripts in the shells that they are for.</summary>
public sealed class CompletionTests
{
    private const string Bash = """
        source <(tapedeck completion bash)
        COMP_LINE="$1" COMP_POINT=${#1}
        read -ra COMP_WORDS <<< "$1"
        [[ "$1" == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _tapedeck
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    // What zsh's completion system would be told, without a terminal.
    private const string Zsh = """
        compdef() { }
        compadd() { print -l -- ${(P)@[-1]} }
        source <(tapedeck completion zsh)
        BUFFER="$1" CURSOR=${#1}
        _tapedeck
        """;

    private const string Fish = """
        tapedeck completion fish | source
        complete --do-complete $argv[1]
        """;

    private const string PowerShell = """
        tapedeck completion powershell | Out-String | Invoke-Expression
        (TabExpansion2 -inputScript $args[0] -cursorColumn $args[0].Length).CompletionMatches.CompletionText
        """;

    public static TheoryData<string, string[]> Cases() => new()
    {
        { "tapedeck se", ["serve"] },
        { "tapedeck serve --log-", ["--log-format"] },
        { "tapedeck policy ex", ["explain"] },
        { "tapedeck inspect -o ", ["json", "text", "yaml"] },
    };

    [ShellTheory("bash")]
    [MemberData(nameof(Cases))]
    public Task Bash_offers_what_may_come_next(string line, string[] expected) => AssertOffersAsync("bash", ["--norc", "-c", Bash, "bash", line], expected);

    [ShellTheory("zsh")]
    [MemberData(nameof(Cases))]
    public Task Zsh_offers_what_may_come_next(string line, string[] expected) => AssertOffersAsync("zsh", ["-f", "-c", Zsh, "zsh", line], expected);

    [ShellTheory("fish")]
    [MemberData(nameof(Cases))]
    public Task Fish_offers_what_may_come_next(string line, string[] expected) => AssertOffersAsync("fish", ["--no-config", "-c", Fish, line], expected);

    [ShellTheory("pwsh")]
    [MemberData(nameof(Cases))]
    public Task PowerShell_offers_what_may_come_next(string line, string[] expected) =>
        AssertOffersAsync("pwsh", ["-NoProfile", "-CommandWithArgs", PowerShell, line], expected);

    [Fact]
    public async Task PowerShell_has_a_script_where_no_PowerShell_is()
    {
        var (code, script, error) = await Tapedeck.RunAsync("completion", "powershell");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("Register-ArgumentCompleter -Native -CommandName tapedeck -ScriptBlock {\n", script, StringComparison.Ordinal);
        // What the script asks by, where the line ends with a blank that the shell took away.
        Assert.Equal((0, "json\ntext\nyaml\n"), await Tapedeck.RunAsync("[suggest:20]", "tapedeck inspect -o ") is var (asked, offered, _) ? (asked, offered) : default);
    }

    private static async Task AssertOffersAsync(string shell, string[] arguments, string[] expected)
    {
        var start = new ProcessStartInfo(ShellTheoryAttribute.PathOf(shell), arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{Tapedeck.Folder}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var offered = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\t')[0]).ToArray();
        // Fish offers files beside them.
        Assert.Equal(expected, offered.Where(one => !one.EndsWith('/') && !one.Contains('.', StringComparison.Ordinal) && one.StartsWith('-') == expected[0].StartsWith('-')));
    }
}
