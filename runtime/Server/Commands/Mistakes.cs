using System.CommandLine;
using System.CommandLine.Parsing;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Server.Commands;

/// <summary>What is wrong with a command line, in one line: a page of help would hide it.</summary>
internal static class Mistakes
{
    /// <summary>Whether nothing is wrong but that a command is missing, as in <c>tapedeck policy</c>: then the list of commands is what helps.</summary>
    internal static bool IsHelpWanted(ParseResult parsed) => parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Command.Subcommands.Count > 0;

    internal static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Select(token => $"there is no {(token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument")} {token}{Nearest(token, command)}").ToArray();
        var missing = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 }).Select(argument => argument.Name).ToArray();
        unknown = missing.Length > 0 ? [.. unknown, $"{command.Name} wants {string.Join(" and ", missing)}"] : unknown;
        var problems = unknown.Length > 0 ? unknown : [.. parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal).TrimEnd('.', ' ')).Distinct()];
        return $"{string.Join("; ", problems)}. See {PathOf(parsed.CommandResult)} --help";
    }

    /// <summary>A name of the command that was perhaps meant.</summary>
    internal static string Nearest(string token, Command command)
    {
        var known = token.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
        return EditDistance.Nearest(token, known, Math.Max(2, token.Length / 3)) is { } nearest ? $" (did you mean {nearest}?)" : "";
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "tapedeck";
}
