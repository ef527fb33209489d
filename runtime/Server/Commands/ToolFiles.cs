using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tapedeck.Server.Commands;

/// <summary>The files with WasmTools and policies that a server follows.</summary>
internal static class ToolFiles
{
    internal static readonly Option<string[]> Files = MakeFiles();

    /// <summary>What is wrong with the files; null where all of them are there.</summary>
    internal static string? Missing(string[] files) =>
        files.FirstOrDefault(path => !Path.Exists(path)) is { } missing ? $"{missing}: there is no such file or folder; name one with WasmTools and policies in YAML" : null;

    private static Option<string[]> MakeFiles()
    {
        var files = new Option<string[]>("--file", "-f") { Description = "A file or folder with WasmTools and policies; may be given again.", AllowMultipleArgumentsPerToken = true };
        files.Validators.Add(RefuseOptions);
        return files;
    }

    /// <summary>Everything up to the next option is a file, and a misspelt option would be one.</summary>
    private static void RefuseOptions(OptionResult files)
    {
        if (files.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } token)
        {
            files.AddError($"there is no option {token.Value}{Mistakes.Nearest(token.Value, ((CommandResult)files.Parent!).Command)}; a file of that name is ./{token.Value}");
        }
    }
}
