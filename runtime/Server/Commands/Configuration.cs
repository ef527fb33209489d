using System.CommandLine;
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
        var file = ReadFile(variable, out problem);
        if (file is null)
        {
            return null;
        }
        var all = new List<string>(arguments);
        foreach (var option in parsed.CommandResult.Command.Options.Where(option => parsed.GetResult(option) is null or { Implicit: true }))
        {
            var name = option.Name.TrimStart('-');
            var values = variable($"TAPEDECK_{name.ToUpperInvariant().Replace('-', '_')}") is { Length: > 0 } text ? [text] : file.GetValueOrDefault(name, []);
            foreach (var value in values)
            {
                all.AddRange([option.Name, value]);
            }
        }
        return [.. all];
    }

    private static Dictionary<string, string[]>? ReadFile(Func<string, string?> variable, out string problem)
    {
        problem = "";
        var path = variable(FileVariable) is { Length: > 0 } given ? given
            : Path.Combine(variable("XDG_CONFIG_HOME") is { Length: > 0 } home ? home : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "tapedeck", "config.yaml");
        if (!File.Exists(path))
        {
            problem = variable(FileVariable) is { Length: > 0 } ? $"{FileVariable} names {path}, which does not exist" : "";
            return problem.Length > 0 ? null : [];
        }
        var problems = new ProblemList(path);
        var documents = Documents.Read(File.ReadAllText(path), problems);
        var values = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, node) in documents is [MappingNode mapping] ? mapping.Fields : [])
        {
            values[name.Value] = node switch
            {
                ScalarNode scalar => [scalar.Value],
                SequenceNode list => [.. list.Items.OfType<ScalarNode>().Select(item => item.Value)],
                _ => [],
            };
        }
        if (documents is not ([MappingNode] or []))
        {
            problems.Add(1, 1, "", "expected one mapping of options to values");
        }
        problem = string.Join('\n', problems.All);
        return problems.IsEmpty ? values : null;
    }
}
