using System.CommandLine;
using System.CommandLine.Help;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Server.Commands;

/// <summary>
/// Options that the command line leaves out are taken from the environment, <c>TAPEDECK_LISTEN</c> for <c>--listen</c>, and then from the configuration file,
/// <c>listen: ...</c>. The command line wins over the environment, the environment over the file, the file over the default.
/// </summary>
internal static class Configuration
{
    internal const string FileVariable = "TAPEDECK_CONFIG";

    /// <summary>The arguments with what was left out behind them, or null and what is wrong with the file.</summary>
    internal static string[]? Complete(RootCommand root, string[] arguments, Func<string, string?> variable, out string problem)
    {
        var parsed = root.Parse(arguments);
        var file = ReadFile(root, variable, out problem);
        if (file is null)
        {
            return null;
        }
        var all = new List<string>();
        foreach (var option in parsed.CommandResult.Command.Options.Where(option => parsed.GetResult(option) is null or { Implicit: true } && IsConfigurable(option) && !RunCommand.IsOfOtherWay(parsed, option)))
        {
            if (PullCommands.IsForNothingAlone(parsed, option, out var other) && parsed.GetResult(other) is null && ValuesOf(other).Length == 0)
            {
                continue;
            }
            foreach (var value in ValuesOf(option))
            {
                all.AddRange([option.Name, value]);
            }
        }
        // Before what ends the options, behind which everything is an argument.
        var end = Array.IndexOf(arguments, "--");
        return end < 0 ? [.. arguments, .. all] : [.. arguments[..end], .. all, .. arguments[end..]];

        string[] ValuesOf(Option option)
        {
            var name = option.Name.TrimStart('-');
            return variable($"TAPEDECK_{name.ToUpperInvariant().Replace('-', '_')}") is { Length: > 0 } text ? [text] : file.GetValueOrDefault(name, []);
        }
    }

    private static bool IsConfigurable(Option option) => option is not (HelpOption or VersionOption);

    private static Dictionary<string, string[]>? ReadFile(RootCommand root, Func<string, string?> variable, out string problem)
    {
        problem = "";
        var path = variable(FileVariable) is { Length: > 0 } given ? given
            : Path.Combine(variable("XDG_CONFIG_HOME") is { Length: > 0 } home ? home : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "tapedeck", "config.yaml");
        if (!File.Exists(path))
        {
            problem = variable(FileVariable) is { Length: > 0 } ? $"{FileVariable} names {path}, which does not exist; name a file, or unset it" : "";
            return problem.Length > 0 ? null : [];
        }
        try
        {
            return Read(root, path, File.ReadAllText(path), out problem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"the configuration file {path} cannot be read ({StartException.Reason(exception)}); mend it, or name another one by {FileVariable}";
            return null;
        }
    }

    private static Dictionary<string, string[]>? Read(RootCommand root, string path, string text, out string problem)
    {
        var problems = new ProblemList(path);
        var known = OptionsOf(root).Where(IsConfigurable).Select(option => option.Name.TrimStart('-')).ToHashSet(StringComparer.Ordinal);
        var values = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var documents = Documents.Read(text, problems);
        foreach (var (name, node) in documents is [MappingNode mapping] ? mapping.Fields : [])
        {
            if (!known.Contains(name.Value))
            {
                problems.Add(name.Line, name.Column, name.Value, $"no command has an option --{name.Value}{Nearest(name.Value, known)}");
            }
            else if (Texts(node) is { } texts)
            {
                values[name.Value] = texts;
            }
            else
            {
                problems.Add(node.Line, node.Column, name.Value, $"expected a text or a list of texts, but found {node.Describe()}");
            }
        }
        if (documents is not ([MappingNode] or []))
        {
            problems.Add(1, 1, "", "expected one mapping of options to values, such as listen: 127.0.0.1:4000");
        }
        problem = string.Join('\n', problems.All);
        return problems.IsEmpty ? values : null;
    }

    private static string[]? Texts(Node node) => node switch
    {
        ScalarNode scalar => [scalar.Value],
        SequenceNode list when list.Items.All(item => item is ScalarNode) => [.. list.Items.Cast<ScalarNode>().Select(item => item.Value)],
        _ => null,
    };

    private static IEnumerable<Option> OptionsOf(Command command) => command.Options.Concat(command.Subcommands.SelectMany(OptionsOf));

    private static string Nearest(string name, IEnumerable<string> known) =>
        EditDistance.Nearest(name, known.Order(StringComparer.Ordinal), 2) is { } nearest ? $" (did you mean {nearest}?)" : "";
}
